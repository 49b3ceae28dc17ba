import type { AnswerWatcher } from "@armature/http";

/** Someone who wants to know what becomes of an answer, with what is known of it so far. */
export class AnswerWatch {
  /** The status that was given; 0 until then. */
  status = 0;
  /** Bytes of the body that were given. */
  bodyBytes = 0;
  readonly watcher: AnswerWatcher;

  constructor(watcher: AnswerWatcher) {
    this.watcher = watcher;
  }
}
