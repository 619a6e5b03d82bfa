/** The broker's admin HTTP, the only thing that the console knows of it. */

const TOKEN = 'mq-admin-token';

export class ApiError extends Error {
  /** `status` 0: nobody answers. */
  constructor(status, message, field) {
    super(message);
    this.status = status;
    this.field = field;
  }
}

/** The token lives as long as the tab. It is sent as a header, which no other site can make a browser do. */
export const token = {
  get: () => sessionStorage.getItem(TOKEN),
  set: (value) => sessionStorage.setItem(TOKEN, value),
  forget: () => sessionStorage.removeItem(TOKEN),
};

export const get = (path, query) => call('GET', path + queryOf(query));
export const put = (path, body) => call('PUT', path, body);
export const post = (path, body) => call('POST', path, body);
export const remove = (path) => call('DELETE', path);

/** `/topics/%25DLQ%25g/messages` */
export function pathOf(...parts) {
  return parts.map((part) => `/${encodeURIComponent(part)}`).join('');
}

function queryOf(query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  return given.length > 0 ? `?${new URLSearchParams(given)}` : '';
}

async function call(method, path, body) {
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  const given = token.get();
  if (given) headers.authorization = `Bearer ${given}`;
  let response;
  let answer;
  try {
    response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    answer = await response.json();
  } catch {
    throw new ApiError(0, 'The broker does not answer.');
  }
  if (!response.ok) throw new ApiError(response.status, answer.detail ?? response.statusText, answer.field);
  return answer;
}
