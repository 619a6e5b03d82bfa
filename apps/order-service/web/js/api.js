import { session } from './session.js';

/** An answer that says no, with the shop's code; `status` 0: there was no answer at all. */
export class ApiError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** The `data` of the answer. @throws {ApiError} */
export async function api(path, { body, headers = {} } = {}) {
  const token = session.token();
  let answer;
  try {
    answer = await fetch(path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new ApiError(0, 'NO_ANSWER', '');
  }
  const content = await answer.json();
  if (answer.ok) return content.data ?? content;
  throw new ApiError(answer.status, content.code ?? 'SHOP_INTERNAL_ERROR', content.message ?? '');
}

/** Names the trace that a request begins: what it does before there is an order is found by it. */
export function traceparent() {
  const hex = (bytes) =>
    [...crypto.getRandomValues(new Uint8Array(bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `00-${hex(16)}-${hex(8)}-01`;
}
