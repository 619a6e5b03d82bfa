import { planFaults } from './fault-plan.js';
import { Random } from './random.js';
import { planStories, stories } from './stories.js';

const processes = ['order-service', 'pay-service', 'mq-broker', 'database'];
const planOf = (seed: string) => planFaults(new Random(seed), { processes, durationMs: 60_000, kills: 12 });

describe('the plan of a chaos run', () => {
  it('is the same for the same seed and another one for another seed', () => {
    expect(planOf('1')).toEqual(planOf('1'));
    expect(planOf('1')).not.toEqual(planOf('2'));
    const namesOf = (seed: string) => planStories(new Random(seed), 500).map(({ name }) => name);
    expect(namesOf('1')).toEqual(namesOf('1'));
    expect(namesOf('1')).not.toEqual(namesOf('2'));
  });

  it('kills every process in turn, as often as asked, in the time that there is', () => {
    const kills = planOf('1').flatMap((fault) => (fault.kind === 'kill' || fault.kind === 'restart' ? [fault] : []));
    expect(kills).toHaveLength(12);
    for (const process of processes) expect(kills.filter((kill) => kill.process === process)).toHaveLength(3);
    for (const { atMs } of planOf('1')) expect(atMs).toBeLessThanOrEqual(60_000);
  });

  it('tells every story', () => {
    const told = new Set(planStories(new Random('1'), 2_000).map(({ name }) => name));
    expect(told).toEqual(new Set(stories.map(({ name }) => name)));
  });

  it('draws the same for a story, whatever others have drawn', () => {
    const random = new Random('1');
    const before = random.fork('story 7').next();
    random.next();
    expect(random.fork('story 7').next()).toBe(before);
  });
});
