import type { Entrance } from './entrances.ts';
import type { Known, Unknown } from './numbers.ts';
import type { Shift } from './shift.ts';
import { yamlMap, yamlWord } from './yaml-word.ts';

/** A workload that gets its first pods by the timeline. */
export interface Wakened {
  readonly workload: string;
  readonly replicas: number;
  readonly text: string;
}

export interface ScenarioParts {
  readonly name: string;
  readonly unknowns: readonly Unknown[];
  readonly known: Known;
  readonly manifests: readonly string[];
  readonly entrances: readonly Entrance[];
  readonly shift:
    | { readonly shift: Shift; readonly files: readonly string[]; readonly wakened: readonly Wakened[] }
    | undefined;
  /** More than one gateway: entries say which is theirs. */
  readonly hasGateways: boolean;
}

/** Minutes: until the first step, and of each step. */
const [quiet, each] = [2, 3];

export function scenarioText(own: ScenarioParts): string {
  const { name, shift, manifests, entrances } = own;
  const minutes = shift === undefined ? 5 : quiet + each * shift.files.length + 1;
  const title =
    shift === undefined
      ? `${name}: does it hold as it is?`
      : `${name}: ${shift.shift.service.name} from ${shift.shift.from} to ${shift.shift.to}`;
  return `apiVersion: meshshift/v1alpha1
kind: Scenario
metadata:
  name: ${yamlWord(name)}
  title: ${JSON.stringify(title)}
spec:
  # NUMBERS THAT NO MANIFEST SAYS, all of them. Put in your own: a plain value (pages: 35) is known, what stands in braces is a guess
  # with its range, and reports say so. \`meshshift explain ${name}\` says on which guesses the answer depends.
  numbers:${own.unknowns.length === 0 ? ' {}\n' : `\n${own.unknowns.map((each) => numberText(each, own.known)).join('')}`}
  duration: ${minutes}m
  start: settled # with as many pods as the load asks for, and warm queues
  app: app.yaml
${shift === undefined ? '' : `  focus: ${yamlWord(focusOf(shift.shift))}\n`}  manifests: [${manifests.map(yamlWord).join(', ')}]

  traffic:${entrances.length === 0 ? ' [] # nothing in the export says where pages come in\n' : `\n${entrances.map((entry) => entranceText(entry, own.hasGateways)).join('')}`}${shift === undefined ? '' : shiftText(shift)}`;
}

/** By its namespace, too, where several have a Service of that name. */
const focusOf = ({ service, isNamesake }: Shift): string =>
  isNamesake ? `${service.name}.${service.namespace}` : service.name;

function numberText({ name, guess, from, to, what, where }: Unknown, known: Known): string {
  const value = known[name];
  return value === undefined
    ? `    ${name}: ${yamlMap({ guess, from, to, what })} # read it from: ${where}\n`
    : `    ${name}: ${value} # ${what}\n`;
}

function entranceText({ name, path, by, rate, reason }: Entrance, hasGateways: boolean): string {
  const who =
    'gateway' in by
      ? {
          ...(hasGateways ? { gateway: by.gateway } : {}),
          host: by.host,
          ...(by.port === undefined ? {} : { port: by.port }),
          path,
        }
      : { from: by.workload, host: by.host, ...(by.isTcp ? { protocol: 'tcp' } : { path }) };
  return `    # ${reason}\n    - ${yamlMap({ name, ...who, arrivals: 'poisson', rps: `$${rate}` })}\n`;
}

function shiftText({ shift, files, wakened }: NonNullable<ScenarioParts['shift']>): string {
  const others = shift.others.length === 0 ? '' : `  # ${shift.others.join(', ')} could be shifted, too.\n`;
  return `
  # ${shift.reason}. The steps are chosen: change them, or leave them out.
${others}  timeline:
${wakened.map((own) => `    - { at: 30s, scale: { workload: ${yamlWord(own.workload)}, replicas: ${own.replicas} } } # ${own.text}\n`).join('')}${files.map((file, index) => `    - { at: ${quiet + each * index}m, apply: ${yamlWord(file)} } # ${shift.steps[index]!.percent} % to ${shift.to}\n`).join('')}`;
}
