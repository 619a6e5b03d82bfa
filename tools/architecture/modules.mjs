import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../paths.mjs';
import { mermaid } from './sections.mjs';

/** Who imports whom: the project graph of Nx, which the lint rule for module boundaries goes by. */
export function drawModules() {
  const { nodes, dependencies } = projectGraph();
  const projects = Object.keys(nodes).sort();
  const folder = (kind) => projects.filter((name) => nodes[name].data.root.startsWith(`${kind}/`)).map(box);
  const arrows = projects.flatMap((from) =>
    dependencies[from]
      .map(({ target }) => target)
      .sort()
      .map((to) => `  ${idOf(from)} --> ${idOf(to)}`),
  );
  return mermaid([
    'flowchart TD',
    '  subgraph apps',
    ...folder('apps'),
    '  end',
    '  subgraph libs',
    ...folder('libs'),
    '  end',
    ...arrows,
  ]);
}

function projectGraph() {
  const folder = mkdtempSync(join(tmpdir(), 'trade-graph-'));
  try {
    const file = join(folder, 'graph.json');
    execFileSync(process.execPath, [join(root, 'node_modules/.bin/nx'), 'graph', `--file=${file}`], {
      cwd: root,
      env: { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return JSON.parse(readFileSync(file, 'utf8')).graph;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function box(name) {
  return `    ${idOf(name)}[${nameOf(name)}]`;
}

function nameOf(project) {
  return project.replace('@trade/', '');
}

/** Mermaid takes no @ and no slash in an id. */
function idOf(project) {
  return nameOf(project).replaceAll('-', '_');
}
