/** Every operation of the documents, in the order in which they are described: service, method, path, operation. */
export function operationsOf(documents) {
  return Object.entries(documents).flatMap(([service, { paths }]) =>
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        service,
        method: method.toUpperCase(),
        path,
        operation,
      })),
    ),
  );
}

/** The shop codes of an operation's refusals, with the status of each. */
export function refusalsOf({ responses }) {
  return Object.entries(responses).flatMap(([status, { content }]) =>
    Object.keys(content?.['application/problem+json']?.examples ?? {}).map((code) => ({
      code,
      status: Number(status),
    })),
  );
}
