import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { parse as parseYaml } from 'yaml';

const DEPLOY = resolve(import.meta.dirname, '../../../deploy/observability');

/** What a text in the format of Prometheus has, or an expression needs. */
export interface MetricNames {
  metrics: Set<string>;
  labels: Set<string>;
}

/** @throws {Error} when it is no PromQL */
export function namesIn(expression: string): MetricNames {
  const names: MetricNames = { metrics: new Set(), labels: new Set() };
  parser.parse(expression).iterate({
    enter({ name, type, from, to }) {
      const text = expression.slice(from, to);
      if (type.isError) throw new Error(`not PromQL near ${expression.slice(Math.max(0, from - 20), to + 20)}`);
      if (name === 'Identifier') names.metrics.add(text);
      if (name === 'LabelName') names.labels.add(text);
    },
  });
  return names;
}

export function namesExposed(text: string): MetricNames {
  const metrics = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name, type]) =>
    type === 'histogram' || type === 'summary' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name!],
  );
  return { metrics: new Set(metrics), labels: new Set([...text.matchAll(/[{,](\w+)="/g)].map(([, label]) => label!)) };
}

/** Every expression of the alerts and of the dashboard, by where it stands. */
export function deployedExpressions(): [where: string, expression: string][] {
  const alerts = parseYaml(readFileSync(resolve(DEPLOY, 'alerts.yml'), 'utf8')) as {
    groups: { rules: { alert: string; expr: string }[] }[];
  };
  const dashboard = JSON.parse(readFileSync(resolve(DEPLOY, 'grafana/trade-dashboard.json'), 'utf8')) as {
    panels: { title: string; targets?: { expr: string; legendFormat: string }[] }[];
  };
  return [
    ...alerts.groups.flatMap(({ rules }) => rules.map(({ alert, expr }): [string, string] => [`alert ${alert}`, expr])),
    ...dashboard.panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ expr }): [string, string] => [`panel ${title}`, expr.replaceAll('$__rate_interval', '5m')]),
    ),
  ];
}
