import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformFile } from '@swc/core';
import { root } from '../paths.mjs';

const CONTRACTS = join(root, 'libs/contracts');

/** The services, each with all that it consists of as one text: `{name, text}`. */
export function readServices() {
  return readdirSync(join(root, 'apps'))
    .filter((name) => name.endsWith('-service'))
    .map((name) => ({ name, text: sourcesBelow(join(root, 'apps', name, 'src')) }));
}

function sourcesBelow(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('spec.ts'))
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}

/** The rpcs of a service, read from its .proto: `readRpcs('goods')` → GetGoods, … */
export function readRpcs(contract) {
  const proto = readFileSync(join(CONTRACTS, `proto/${contract}.proto`), 'utf8');
  return [...proto.matchAll(/^\s*rpc (\w+)\(/gm)].map(([, rpc]) => rpc);
}

/** What topics.ts exports. It imports nothing, so it can be loaded without a build. */
export async function readTopics() {
  const { code } = await transformFile(join(CONTRACTS, 'src/topics.ts'), { configFile: join(root, '.swcrc') });
  return import(`data:text/javascript,${encodeURIComponent(code)}`);
}
