/** How a file is sent. */
export interface FileOptions {
  /** The folder that `path` may not leave. Default: `path` is taken as it is, so never build it from a request. */
  readonly root?: string;
  /** Media type. Default: what a stage has set, else by the file's ending, else "application/octet-stream". */
  readonly type?: string;
  /** Offer the file for saving under this name (RFC 6266). */
  readonly download?: string;
  /** The `cache-control` field. Default: what a stage has set, else "public, max-age=0", so that a cache asks again. */
  readonly cacheControl?: string;
  /** Whether files and folders whose name starts with "." are sent. Default false. */
  readonly dotfiles?: boolean;
}

/** A file as the body of a reply; read when the answer is sent. */
export class FileBody {
  readonly path: string;
  readonly options: FileOptions;

  constructor(path: string, options: FileOptions) {
    this.path = path;
    this.options = options;
  }
}
