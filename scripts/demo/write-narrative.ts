import type { DemoProject, DemoWorker } from "./firm-data.ts";
import type { Random } from "./random.ts";
import { randomFor } from "./random.ts";
import type { Vocabulary } from "./vocabulary.ts";

export const internalTask = "Internal";

const tasksPerProject = 3;
const usualTaskShare = 0.8;
const ownTaskShare = 0.35;

/** A task of the project's practice and a sentence about it. */
export function writeNarrative(
  vocabulary: Vocabulary,
  work: { readonly worker: DemoWorker; readonly project: DemoProject },
  random: Random,
): { readonly task: string; readonly narrative: string } {
  const { worker, project } = work;
  if (project.internal) {
    return { task: internalTask, narrative: fill(random.pick(narrativesOf(vocabulary.internal, project.name)), vocabulary, random) };
  }
  const tasks = vocabulary.practices[project.practice];
  if (!tasks) throw new Error(`no vocabulary for the practice ${project.practice}`);
  const task = chooseTask(Object.keys(tasks), work, random);
  const sentences = narrativesOf(tasks, task);
  return { task, narrative: fill(random.pick(sentences), vocabulary, random) };

  function chooseTask(all: readonly string[], { worker: { ownRate } }: typeof work, draw: Random): string {
    if (ownRate?.projectKey === project.key && draw.chance(ownTaskShare)) return ownRate.task;
    // A project is about a few things for a long time.
    const order = all.toSorted((left, right) => rank(left) - rank(right)).slice(0, tasksPerProject);
    return draw.pick(draw.chance(usualTaskShare) ? order : all);
  }
  function rank(task: string): number {
    return randomFor(project.key, worker.practice, task).next();
  }
}

function narrativesOf(tasks: Readonly<Record<string, readonly string[]>>, name: string): readonly string[] {
  const narratives = tasks[name];
  if (!narratives) throw new Error(`no narratives for ${name}`);
  return narratives;
}

const fill = (sentence: string, { words }: Vocabulary, random: Random): string => {
  const filled = sentence.replaceAll(/\{(\w+)\}/g, (_, name: string) => random.pick(words[name] ?? [name]));
  return filled.charAt(0).toUpperCase() + filled.slice(1);
};
