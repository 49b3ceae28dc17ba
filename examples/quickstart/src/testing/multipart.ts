/** A multipart body, written by hand so that tests can stop anywhere in it. */
export const BOUNDARY = "----quickstart-boundary";

export const MULTIPART = `multipart/form-data; boundary=${BOUNDARY}`;

/** The head of a file's part. */
export function fileHead(filename: string): string {
  const disposition = `content-disposition: form-data; name="file"; filename="${filename}"`;
  return `--${BOUNDARY}\r\n${disposition}\r\ncontent-type: application/octet-stream\r\n\r\n`;
}

/** A whole part with a file. */
export function filePart(filename: string, content: string): string {
  return `${fileHead(filename)}${content}\r\n`;
}

/** The end of the body. */
export const MULTIPART_END = `--${BOUNDARY}--\r\n`;

/** The head of an upload of that many bytes, for a raw socket. */
export function uploadHead(length: number): string {
  return `POST /api/uploads HTTP/1.1\r\nhost: quickstart\r\ncontent-type: ${MULTIPART}\r\ncontent-length: ${length}\r\n\r\n`;
}
