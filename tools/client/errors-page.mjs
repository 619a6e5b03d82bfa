import { operationsOf, refusalsOf } from './operations.mjs';

const INTRODUCTION = `# Errors

Generated from the code by \`npm run client\`. A refusal is an RFC 9457 problem (\`application/problem+json\`) with the shop code in \`code\`
and, where fields of the request are wrong, their names in \`errors\`. *Again* says whether the same request can succeed later without anything
else being done: \`Retry-After\` then says when, and a POST is best repeated with the same \`Idempotency-Key\`.
`;

/** Each shop code with its status, whether to try again, its meaning, and who answers it. */
export function errorsPage(shopCodes, documents) {
  const operations = new Map();
  for (const { method, path, operation } of operationsOf(documents)) {
    operations.set(
      `\`${method} ${path}\``,
      refusalsOf(operation).map(({ code }) => code),
    );
  }
  const rows = Object.entries(shopCodes)
    .filter(([, { httpStatus }]) => httpStatus >= 400)
    .map(([code, { httpStatus, retriable, message }]) => {
      const again = retriable || httpStatus === 429 ? 'yes' : 'no';
      return `| \`${code}\` | ${httpStatus} | ${again} | ${message} | ${whoAnswers(code, operations)} |`;
    });
  return `${INTRODUCTION}\n| code | HTTP | again | meaning | answered by |\n|---|---|---|---|---|\n${rows.join('\n')}\n`;
}

/** Nearly all are told by those that are missing. */
function whoAnswers(code, operations) {
  const names = [...operations.keys()];
  const by = names.filter((name) => operations.get(name).includes(code));
  const others = names.filter((name) => !by.includes(name));
  if (by.length === 0) return 'any other address';
  if (others.length === 0) return 'every operation';
  return by.length <= names.length / 2 ? by.join(', ') : `every operation but ${others.join(', ')}`;
}
