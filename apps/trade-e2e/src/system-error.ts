/** The code of an error of Node's, as ENOENT. No instanceof: in Jest, Node's errors are of another realm. */
export function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
}
