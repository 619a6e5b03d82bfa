/**
 * Writes what follows from the code of the REST doors: docs/openapi, the types of libs/trade-client, docs/http and
 * docs/errors.md. With `--check` it only says which of them are not what the code says.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import openapiTypes, { astToString } from 'openapi-typescript';
import { build } from './build.mjs';
import { errorsPage } from './client/errors-page.mjs';
import { httpFile } from './client/http-file.mjs';
import { say } from './console.mjs';
import { root } from './paths.mjs';

const GENERATED = '// Generated from the code of the services by `npm run client`.\n\n';

await build();
const { describeService } = await import('../libs/service-kit/dist/index.js');
const { shopCodes } = await import('../libs/contracts/dist/index.js');
const { orderService } = await import('../apps/order-service/dist/service.js');
const { payService } = await import('../apps/pay-service/dist/service.js');

const documents = {
  order: (await describeService(orderService)).document,
  pay: (await describeService(payService)).document,
};
const files = {
  'docs/errors.md': errorsPage(shopCodes, documents),
  'docs/http/trade.http': httpFile(documents),
};
for (const [name, document] of Object.entries(documents)) {
  files[`docs/openapi/${name}-service.json`] = `${JSON.stringify(document, null, 2)}\n`;
  const types = astToString(await openapiTypes(document));
  files[`libs/trade-client/src/generated/${name}-service.ts`] = GENERATED + types;
}

const outdated = Object.entries(files).filter(([name, text]) => contentOf(name) !== text);
if (process.argv.includes('--check')) {
  for (const [name] of outdated) say(`${name} is not what the code says: npm run client`);
  process.exitCode = outdated.length > 0 ? 1 : 0;
} else {
  for (const [name, text] of outdated) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
    say(`wrote ${name}`);
  }
}

function contentOf(name) {
  const path = join(root, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
