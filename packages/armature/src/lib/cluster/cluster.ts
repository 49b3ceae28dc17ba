/** The workers of an application, as the primary sees them. */
export interface Cluster {
  /** The processes that serve. */
  readonly pids: readonly number[];
  /**
   * Replaces the workers one after the other: the new one listens before the old one stops, which loses no request.
   * @throws ArmatureError `E_CLUSTER_WORKER` where a new worker ends before it listens; the old ones go on then
   */
  restart(): Promise<void>;
  /** Stops all workers; the process goes on. */
  stop(): Promise<void>;
}
