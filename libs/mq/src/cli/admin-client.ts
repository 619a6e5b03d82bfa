/** The broker refused; the message is its own. */
export class RefusedError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Nothing that answers like a broker is at the address. */
export class UnreachableError extends Error {}

const TIMEOUT_MS = 30_000;

/** The broker's admin HTTP. Every call throws RefusedError or UnreachableError. */
export class AdminClient {
  /** `address`: host:port, or a URL. */
  constructor(
    readonly address: string,
    private readonly token: string | undefined,
  ) {}

  get<T>(path: string, query: Record<string, string | number | undefined> = {}): Promise<T> {
    const given = Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    );
    const search = new URLSearchParams(given as [string, string][]).toString();
    return this.#call('GET', search ? `${path}?${search}` : path);
  }

  put<T>(path: string, body: object): Promise<T> {
    return this.#call('PUT', path, body);
  }

  post<T>(path: string, body: object): Promise<T> {
    return this.#call('POST', path, body);
  }

  delete<T>(path: string): Promise<T> {
    return this.#call('DELETE', path);
  }

  async #call<T>(method: string, path: string, body?: object): Promise<T> {
    const base = this.address.includes('://') ? this.address : `http://${this.address}`;
    const headers: Record<string, string> = {};
    if (body) headers['content-type'] = 'application/json';
    if (this.token) headers['authorization'] = `Bearer ${this.token}`;
    let response: Response;
    try {
      const init = { method, headers, signal: AbortSignal.timeout(TIMEOUT_MS) };
      response = await fetch(new URL(path, base), body ? { ...init, body: JSON.stringify(body) } : init);
    } catch (error) {
      const { cause = error } = error as Error;
      throw new UnreachableError(`no broker answers at ${this.address}: ${(cause as Error).message}`);
    }
    const answer = await this.#read(response);
    if (!response.ok)
      throw new RefusedError(response.status, (answer as { detail?: string }).detail ?? response.statusText);
    return answer as T;
  }

  async #read(response: Response): Promise<unknown> {
    try {
      return await response.json();
    } catch {
      throw new UnreachableError(`${this.address} is no admin port of a broker: it does not answer with JSON`);
    }
  }
}

/** `/topics/%25DLQ%25g` */
export function pathOf(...parts: string[]): string {
  return parts.map((part) => `/${encodeURIComponent(part)}`).join('');
}
