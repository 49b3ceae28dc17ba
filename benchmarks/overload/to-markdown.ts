import type { Case, Report, Step } from "./step.ts";

const TITLES: Readonly<Record<string, string>> = {
  cpu: "A handler that computes for about a millisecond",
  "after-wait": "A handler that waits 5 ms, then computes for about a millisecond",
  resource:
    "A handler that waits for one of ten connections, each used for 10 ms (`maxConcurrentRequests: 20`)",
};

/** The report as tables. */
export function toMarkdown(report: Report): string {
  const { date, machine, node, seconds, patienceMs, loadAverage, cases } = report;
  return [
    "# Overload",
    "",
    `${date.slice(0, 10)}, ${machine}, Node ${node}; steps of ${seconds} s behind one second that is not counted, clients give up after ${patienceMs / 1000} s; the load generator ran on`,
    `the same machine, as did others' work (load average ${loadAverage.toFixed(1)}), so that the server had less than a core: see "CPU". Goodput`,
    `"of its CPU" is the part of what that time allows. All but latencies for each second.`,
    "",
    ...cases.flatMap(caseLines),
  ].join("\n");
}

function caseLines({ name, capacity, shedding, without }: Case): string[] {
  const computes = name !== "resource";
  const share: ShareOf = ({ goodput, cpu }) => (computes ? (goodput / (capacity * cpu)).toFixed(2) : "-");
  return [
    `## ${TITLES[name] ?? name}`,
    "",
    `Capacity: ${capacity} answers in a second (of CPU time, where it computes) to 32 clients that wait for each.`,
    "",
    "| Offered | Shedding | CPU | Goodput | of its CPU | 503 | Gave up | p50 ms | p99 ms | p99 of 503, ms |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ...shedding.flatMap((step, at) => [rowOf(step, "yes", share), ...rowsOf(without[at], share)]),
    "",
  ];
}

function rowsOf(step: Step | undefined, share: ShareOf): string[] {
  return step === undefined ? [] : [rowOf(step, "no", share)];
}

/** Which part the goodput is of what the CPU time that the server had allows. */
type ShareOf = (step: Step) => string;

function rowOf(step: Step, shedding: string, share: ShareOf): string {
  const { factor, offered, cpu, goodput, shed, gaveUp, p50Ms, p99Ms, shedP99Ms } = step;
  const answers = [cpu, goodput, share(step), shed, gaveUp];
  const latencies = [p50Ms ?? "-", p99Ms ?? "-", shedP99Ms ?? "-"];
  return `| ${[`${factor}x = ${offered}`, shedding, ...answers, ...latencies].join(" | ")} |`;
}
