import { PrometheusText } from './prometheus-text.js';

it('metrics are written in the text format of Prometheus, labels escaped', () => {
  const text = new PrometheusText({ cluster: 'c' });
  text.counter('messages_total', 'Messages.', [
    [{ topic: 't' }, 3],
    [{ topic: 'a"b\\c\nd' }, 0.5],
  ]);
  text.gauge('empty', 'Nothing yet.', []);
  expect(text.toString()).toBe(
    [
      '# HELP messages_total Messages.',
      '# TYPE messages_total counter',
      'messages_total{cluster="c",topic="t"} 3',
      'messages_total{cluster="c",topic="a\\"b\\\\c\\nd"} 0.5',
      '# HELP empty Nothing yet.',
      '# TYPE empty gauge',
      '',
    ].join('\n'),
  );
});
