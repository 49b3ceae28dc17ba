/** What Node's types do not have yet. */
interface Report {
  /** Whether reports leave out the names of addresses. */
  excludeNetwork?: boolean;
  getReport(): object;
}

/** The C library of this process. */
export function cLibrary(): "gnu" | "musl" {
  const report: Report = process.report;
  const before = report.excludeNetwork ?? false;
  // It asks DNS for the other ends of all sockets otherwise, and waits for that.
  report.excludeNetwork = true;
  try {
    const { header } = report.getReport() as { readonly header: object }; // documented
    return "glibcVersionRuntime" in header ? "gnu" : "musl";
  } finally {
    report.excludeNetwork = before;
  }
}
