export type { Cluster } from "./lib/cluster/cluster.ts";
export { runCluster, type ClusterOptions } from "./lib/cluster/run-cluster.ts";
