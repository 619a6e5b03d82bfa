/** Production has neither a payment platform that is not real nor a panel that breaks things. */
export function hasSandbox({ NODE_ENV }: { NODE_ENV: string }): boolean {
  return NODE_ENV !== 'production';
}
