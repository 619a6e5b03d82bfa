/** Requests of supervisors and of Prometheus: always answered, and no part of the figures and traces. */
export function isProbe({ url }: { url: string }): boolean {
  return url.startsWith('/health/') || url.startsWith('/metrics');
}
