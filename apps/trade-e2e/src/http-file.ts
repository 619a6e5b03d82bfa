import { readFileSync } from 'node:fs';
import type { Answer } from './shop-client.js';

/** A request of a .http file, before its variables are filled in. */
export interface HttpFileRequest {
  title: string;
  /** What others refer to it by. */
  name: string | undefined;
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | undefined;
  /** What its comment promises. */
  status: number;
  code: string;
}

const HEADER = /^([\w-]+): (.*)$/;
const VARIABLE = /\{\{(\w+)\}\}/g;
const ANSWER = /\{\{(\w+)\.response\.body\.\$\.data\.(\w+)\}\}/g;

/** The part of the format that our files use: titles, comments with name and answer, headers, a body. */
export function readHttpFile(path: string): HttpFileRequest[] {
  const [, ...requests] = readFileSync(path, 'utf8').split(/^### /m);
  return requests.map((text) => {
    const [head = '', ...rest] = text.split('\n\n');
    const [title = '', ...lines] = head.split('\n').filter((line) => line !== '');
    const comments = lines.filter((line) => line.startsWith('# '));
    const [request = '', ...headers] = lines.filter((line) => !line.startsWith('# '));
    const [, status, code = 'SHOP_SUCCESS'] = /^# (\d{3})(?: (\w+))?$/.exec(comments[0] ?? '') ?? [];
    const [method = '', url = ''] = request.split(' ');
    return {
      title,
      name: /^# @name (\w+)$/m.exec(comments.join('\n'))?.[1],
      method,
      url,
      headers: Object.fromEntries(headers.map((line) => HEADER.exec(line)!.slice(1))),
      body: rest.join('\n\n').trim() || undefined,
      status: Number(status),
      code,
    };
  });
}

/** A client that sends such requests: it knows the file's variables and remembers what was answered. */
export class HttpFileClient {
  private readonly answers = new Map<string, Record<string, string>>();

  constructor(private readonly variables: Record<string, string>) {}

  async send(request: HttpFileRequest): Promise<Pick<Answer<unknown>, 'status' | 'contentType'> & { body: unknown }> {
    const headers = Object.entries(request.headers).map(
      ([name, value]) => [name, this.fill(value)] as [string, string],
    );
    const response = await fetch(this.fill(request.url), {
      method: request.method,
      headers,
      ...(request.body !== undefined && { body: this.fill(request.body) }),
    });
    const body = (await response.json()) as { data?: Record<string, string> };
    if (request.name && body.data) this.answers.set(request.name, body.data);
    return { status: response.status, contentType: response.headers.get('content-type') ?? '', body };
  }

  private fill(text: string): string {
    return text
      .replaceAll(ANSWER, (_all, name: string, field: string) =>
        known(this.answers.get(name)?.[field], `${name}.${field}`),
      )
      .replaceAll(VARIABLE, (_all, name: string) => known(this.variables[name], name));
  }
}

function known(value: string | undefined, name: string): string {
  if (value === undefined) throw new Error(`nothing is known of {{${name}}}`);
  return value;
}
