import { readdir } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { parseLabels } from '../../experiment/routes/labels.ts';
import type { Checked, Problem } from '../../manifest/problem.ts';
import { checkText } from '../../manifest/text.ts';
import { toJson } from '../../record/to-json.ts';
import { exit, type Io } from '../io.ts';
import { hasErrors, printNotModelled, printProblems } from '../print.ts';

export interface ManifestOptions {
  readonly filename: readonly string[];
  readonly proxy: 'sidecar' | 'gateway';
  readonly labels?: string;
  readonly namespace?: string;
  readonly output: 'text' | 'json';
}

/** `meshshift routes -f`: what istiod would send to one proxy, by manifests alone. */
export async function routesOfManifests(io: Io, options: ManifestOptions): Promise<void> {
  const { parseManifests } = await import('../../manifest/parse.ts');
  const { configurationFor } = await import('../../experiment/routes/configuration.ts');
  const { texts, problems } = await manifestTexts(io, options.filename);
  const parsed = parseManifests(texts);
  const told = [...problems, ...parsed.problems].filter((own) => own.severity !== 'info');
  printProblems(io, told);
  if (hasErrors(told)) {
    io.exitCode(exit.invalid);
    return;
  }
  const read = options.labels === undefined ? { labels: undefined } : parseLabels(options.labels);
  if ('noLabel' in read) {
    io.stderr(
      `error: --labels: "${read.noLabel}" is no label; expected a list such as app=productpage,version=v1\n`,
    );
    io.exitCode(exit.usage);
    return;
  }
  const { proxy: type, namespace } = options;
  const wanted = { type, namespace, labels: read.labels };
  const { notModelled, routesMayDiffer } = await import('../../manifest/not-modelled.ts');
  printNotModelled(io, routesMayDiffer(notModelled([parsed.manifest])));
  const found = configurationFor(parsed.manifest.resources, wanted);
  const { configuration, assumed } = found;
  for (const { metadata, spec } of assumed) {
    io.stderr(
      `note: no Service in these files; ${metadata.name}.${metadata.namespace} with port ${spec.ports[0]!.port} is assumed\n`,
    );
  }
  if (options.output === 'json') {
    const { toEnvoy } = await import('../../mesh/istiod/view/to-envoy.ts');
    io.stdout(toJson(toEnvoy(configuration)));
  } else {
    const { configurationText } = await import('../../experiment/routes/configuration-text.ts');
    io.stdout(configurationText(found, io.width));
  }
}

async function manifestTexts(
  io: Io,
  names: readonly string[],
): Promise<{ texts: { file: string; text: string }[]; problems: Problem[] }> {
  const { readText } = await import('../files.ts');
  const texts: { file: string; text: string }[] = [];
  const problems: Problem[] = [];
  const named = await Promise.all(names.map((own) => manifestsNamed(io, own)));
  problems.push(...named.flatMap((own) => own.problems));
  for (const name of named.flatMap((own) => own.value ?? [])) {
    const path = resolve(io.cwd, name);
    const read = name === '-' ? await fromStdin(io) : await readText(path, relative(io.cwd, path));
    problems.push(...read.problems);
    if (read.value !== undefined) texts.push({ file: name === '-' ? '<stdin>' : name, text: read.value });
  }
  return { texts, problems };
}

/** Of a folder all manifests in it, as kubectl takes them: by name, without those of its folders. */
async function manifestsNamed(io: Io, name: string): Promise<Checked<readonly string[]>> {
  const { filesNamed, isFolder } = await import('../files.ts');
  return filesNamed(io, name, async (folder) =>
    (await isFolder(folder))
      ? (await readdir(folder)).filter((own) => /\.(ya?ml|json)$/.test(own)).sort()
      : undefined,
  );
}

async function fromStdin(io: Io) {
  const chunks: Uint8Array[] = [];
  for await (const chunk of io.stdin()) chunks.push(chunk);
  return checkText('<stdin>', Buffer.concat(chunks));
}
