/** Something that can happen in a state. */
export interface Step<State> {
  /** What happens, for people. */
  label(): string;
  /** undefined where it has to wait for another step. */
  take(): State | undefined | Promise<State | undefined>;
}

export interface Model<State> {
  readonly initial: State;
  /** States of one key are the same. */
  keyOf(state: State): string;
  stepsFrom(state: State): Step<State>[];
  /** What is wrong with a state, if anything. */
  faultOf(state: State): string | undefined | Promise<string | undefined>;
}

export interface Counterexample {
  /** What is wrong in the end. */
  fault: string;
  /** The shortest way there. */
  steps: string[];
}

export interface Exploration {
  states: number;
  /** Steps that were taken, including those to states that were known. */
  steps: number;
  counterexample?: Counterexample;
}

export class TooManyStates extends Error {
  override readonly name = 'TooManyStates';
}

/**
 * Visits every state that can be reached, nearest first, until one is wrong.
 * @throws TooManyStates so that a search that is not exhaustive cannot be taken for one that is
 */
export async function explore<State>(model: Model<State>, maxStates: number): Promise<Exploration> {
  const known = new Set<string>([model.keyOf(model.initial)]);
  const cameFrom: { from: number; label: string }[] = [{ from: -1, label: '' }];
  const queue: (State | undefined)[] = [model.initial];
  const result: Exploration = { states: 0, steps: 0 };
  for (let index = 0; index < queue.length; index++) {
    const state = queue[index]!;
    queue[index] = undefined;
    result.states += 1;
    const found = model.faultOf(state);
    const fault = found instanceof Promise ? await found : found;
    if (fault !== undefined) return { ...result, counterexample: { fault, steps: stepsTo(index, cameFrom) } };
    for (const step of model.stepsFrom(state)) {
      const taken = step.take();
      // most steps are known already; awaiting those would take longer than all the rest
      const next = taken instanceof Promise ? await taken : taken;
      if (!next) continue;
      result.steps += 1;
      const key = model.keyOf(next);
      if (known.has(key)) continue;
      known.add(key);
      if (known.size > maxStates) throw new TooManyStates(`more than ${maxStates} states`);
      cameFrom.push({ from: index, label: step.label() });
      queue.push(next);
    }
  }
  return result;
}

function stepsTo(index: number, cameFrom: { from: number; label: string }[]): string[] {
  const labels: string[] = [];
  for (let at = index; at > 0; at = cameFrom[at]!.from) labels.unshift(cameFrom[at]!.label);
  return labels;
}
