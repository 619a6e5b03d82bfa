import { operationsOf, refusalsOf } from './operations.mjs';

const ID = /\d{18,19}/g;
const LOGIN = 'loginLogin';
const INTRODUCTION = `# Every operation of the REST doors, with requests that work on the sample rows: send them from top to bottom while \`npm start\`
# runs. For REST Client (VS Code), httpYac and Visual Studio; {{…}} takes an id from the answer to an earlier request.
# The first line below a title says what is answered. Generated from the code by \`npm run client\`.

@orderUrl = http://127.0.0.1:8080
@payUrl = http://127.0.0.1:9090
`;

/** The requests of the documents as a file for HTTP clients. An id that an answer is the first to name is taken from there. */
export function httpFile(documents) {
  const requests = operationsOf(documents).flatMap(requestsOf);
  const seen = new Set();
  const origins = new Map();
  for (const request of requests) {
    for (const id of JSON.stringify([request.line, request.body]).match(ID) ?? []) seen.add(id);
    for (const [field, value] of Object.entries(request.answer?.data ?? {})) {
      for (const id of String(value).match(ID) ?? []) {
        if (!seen.has(id)) origins.set(id, { request, field });
        seen.add(id);
      }
    }
  }
  const texts = requests.map((request) => textOf(request, origins));
  return [INTRODUCTION, ...texts.map((text, at) => withName(requests[at].name, text, texts))].join('\n');
}

/** The requests of an operation: one for each name among its examples. */
function requestsOf({ service, method, path, operation }) {
  const { operationId, summary, parameters = [], requestBody, responses, security } = operation;
  const statuses = new Map(refusalsOf(operation).map(({ code, status }) => [code, status]));
  const answers = responses['200'].content['application/json'].examples;
  const bodies = requestBody?.content['application/json'].examples ?? {};
  const sent = [bodies, ...parameters.map(({ examples }) => examples), answers].flatMap((examples) =>
    Object.keys(examples),
  );
  return [...new Set(sent)].map((name, index) => {
    const isRefusal = statuses.has(name);
    const values = (place) =>
      parameters
        .filter((parameter) => parameter.in === place && parameter.examples[name])
        .map((parameter) => [parameter.name, parameter.examples[name].value]);
    const address = values('path').reduce((text, [key, value]) => text.replace(`{${key}}`, value), path);
    const query = values('query').map(([key, value]) => `${key}=${value}`);
    return {
      name: index === 0 ? operationId : `${operationId}${index + 1}`,
      title: isRefusal || name === 'example' ? summary : `${summary}: ${name}`,
      answers: isRefusal ? `${statuses.get(name)} ${name}` : '200',
      line: `${method} {{${service}Url}}${[address, ...(query.length > 0 ? [query.join('&')] : [])].join('?')}`,
      headers: values('header'),
      isOpen: security?.length === 0,
      body: bodies[name]?.value,
      answer: answers[name]?.value,
    };
  });
}

function textOf(request, origins) {
  const { title, answers, line, headers, isOpen, body } = request;
  const withVariables = (text) =>
    text.replaceAll(ID, (id) => {
      const origin = origins.get(id);
      return origin && origin.request !== request ? answerOf(origin.request.name, origin.field) : id;
    });
  return [
    `### ${title}`,
    `# ${answers}`,
    withVariables(line),
    ...headers.map(([header, value]) => `${header}: ${value}`),
    ...(isOpen ? [] : [`Authorization: Bearer ${answerOf(LOGIN, 'token')}`]),
    ...(body === undefined ? [] : ['Content-Type: application/json', '', withVariables(JSON.stringify(body, null, 2))]),
    '',
  ].join('\n');
}

/** Those that others refer to have one. */
function withName(name, text, texts) {
  const isUsed = texts.some((other) => other.includes(`{{${name}.response`));
  return isUsed ? text.replace(/^# .*/m, (line) => `${line}\n# @name ${name}`) : text;
}

function answerOf(name, field) {
  return `{{${name}.response.body.$.data.${field}}}`;
}
