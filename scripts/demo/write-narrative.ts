import type { DemoProject, DemoWorker } from "./firm-data.ts";
import { type Random, randomFor } from "./random.ts";
import type { Vocabulary } from "./vocabulary.ts";

const internalTask = "Internal";

const tasksPerProject = 3;
const usualTaskShare = 0.8;
const ownTaskShare = 0.35;

type Work = { readonly worker: DemoWorker; readonly project: DemoProject };

/** A task of the project's practice and a sentence about it. */
export function writeNarrative(
  vocabulary: Vocabulary,
  work: Work,
  random: Random,
): { readonly task: string; readonly narrative: string } {
  const { project } = work;
  const tasks = project.internal ? vocabulary.internal : vocabulary.practices[project.practice];
  if (!tasks) throw new Error(`no vocabulary for the practice ${project.practice}`);
  const task = project.internal ? internalTask : chooseTask(Object.keys(tasks), work, random);
  const sentence = random.pick(narrativesOf(tasks, project.internal ? project.name : task));
  return { task, narrative: fill(sentence, vocabulary, random) };
}

function chooseTask(tasks: readonly string[], { worker: { ownRate }, project }: Work, random: Random): string {
  if (ownRate?.projectKey === project.key && random.chance(ownTaskShare)) return ownRate.task;
  if (!random.chance(usualTaskShare)) return random.pick(tasks);
  // A project is about a few things for a long time.
  const ranked = tasks.map((task) => ({ task, rank: randomFor(project.key, task).next() }));
  return random.pick(ranked.sort((left, right) => left.rank - right.rank).slice(0, tasksPerProject)).task;
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
