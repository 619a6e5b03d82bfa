import { readFileSync } from 'node:fs';

/** The code of a README: its blocks by language, in their order, and what it says that an example prints. */
export interface Readme {
  ts: string[];
  sql: string[];
  sh: string[];
  /** In the backquotes after `prints`, below an example. */
  prints: string | undefined;
}

export function readReadme(path: string): Readme {
  const text = readFileSync(path, 'utf8');
  const blocks = (language: string) =>
    [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(([, code]) => code!);
  return { ts: blocks('ts'), sql: blocks('sql'), sh: blocks('sh'), prints: /^prints `(.+?)`/m.exec(text)?.[1] };
}
