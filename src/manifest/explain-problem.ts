import { visible } from './visible.ts';
import type { Problem } from './problem.ts';

const excerptWidth = 120;

/**
 * A problem as plain text: where, how bad, which code, what; then the line with a caret under the place, then what to try.
 *
 *     reviews.yaml:12:9: error[MS1010]: unknown field "spec.http[0].route[0].weigth"
 *       12 |         weigth: 50
 *          |         ^^^^^^
 *       did you mean "weight"?
 */
export function renderProblem(problem: Problem): string {
  const { file, line, column, severity, code, message, excerpt, width = 1, hint } = problem;
  const place = [
    file,
    ...(line === undefined ? [] : [line]),
    ...(line === undefined || column === undefined ? [] : [column]),
  ].join(':');
  const lines = [`${place}: ${severity}[${code}]: ${printable(message)}`];
  if (line !== undefined && excerpt !== undefined) {
    const shown = cut(excerpt, column ?? 1, width);
    const number = String(line);
    lines.push(`  ${number} | ${shown.text}`);
    if (column !== undefined) lines.push(`  ${' '.repeat(number.length)} | ${shown.under}`);
  }
  if (hint !== undefined) lines.push(`  ${printable(hint)}`);
  return lines.join('\n');
}

/** A long line is shown around its column; what is written out (`\x1b`) is wider than it was. */
function cut(
  excerpt: string,
  columnInFile: number,
  widthInFile: number,
): { readonly text: string; readonly under: string } {
  // A line may be all of a file: no more of it is looked at than can be shown.
  const [from, to] = [Math.max(0, columnInFile - 1 - excerptWidth), columnInFile - 1 + excerptWidth];
  const line = printable(excerpt.slice(from, to));
  const column = printable(excerpt.slice(from, columnInFile - 1)).length + 1;
  const width = printable(
    excerpt.slice(columnInFile - 1, Math.min(to, columnInFile - 1 + widthInFile)),
  ).length;
  const tooLong = line.length > excerptWidth;
  const start = tooLong
    ? Math.max(0, Math.min(column - 1 - Math.floor(excerptWidth / 3), line.length - excerptWidth))
    : 0;
  const end = tooLong ? start + excerptWidth : line.length;
  const [before, after] = [
    from + start > 0 ? '...' : '',
    end < line.length || to < excerpt.length ? '...' : '',
  ];
  const indent = before.length + column - 1 - start;
  const carets = Math.max(1, Math.min(width, end - (column - 1)));
  return {
    text: `${before}${line.slice(start, end)}${after}`.trimEnd(),
    under: `${' '.repeat(indent)}${'^'.repeat(carets)}`,
  };
}

/** What a file contains is not to move the cursor of a terminal. Tabs become one space, so that a caret stands where it should. */
const printable = (text: string): string => visible(text.replace(/\t/g, ' '));

/** Every code of our own, with its meaning in one line; IST codes are Istio's and stand in its reference of analysis messages. */
export const problemCodes: Readonly<Record<string, string>> = {
  MS1001: 'The text is not valid YAML.',
  MS1002: 'A key is written twice in one map.',
  MS1003: 'The YAML is nested, repeated or large beyond any manifest (such as an alias bomb).',
  MS1004: 'A file holds no resources.',
  MS1005: 'A document is no resource: not a map, or without apiVersion or kind.',
  MS1006: 'There is no such kind in this apiVersion.',
  MS1007: 'A file is larger than what is read.',
  MS1008: 'A file is binary.',
  MS1009: 'A file is not UTF-8.',
  MS1010: 'A field is unknown to the kind (Kubernetes strict decoding).',
  MS1011: 'A value has the wrong type (Kubernetes schema).',
  MS1012: 'A required value is missing (Kubernetes schema).',
  MS1013: 'A value is none of those allowed (Kubernetes schema).',
  MS1014: 'Kubernetes would refuse this resource.',
  MS1015: 'Further problems of a resource are not listed.',
  MS1030: 'A resource is defined twice; the later definition stays.',
  MS1031: 'A fault without a percentage affects no request.',
  MS1032: 'A part of a selector is not modelled.',
  MS1033: 'How long a preStop hook takes cannot be read, or is not played.',
  MS1034: "The annotation with a proxy's settings cannot be read.",
  MS1035: "The type of an Object metric's target does not fit the value that is set.",
  MS1037: 'A parentRef names a kind that its group does not have.',
  MS1038: 'An autoscaler asks for memory, which is not modelled.',
  MS1039: 'A regular expression that RE2 does not read: Envoy would refuse the routes with it.',
  MS1102: 'A Service selects no pods.',
  MS1103: 'Weights do not sum to 100; shares are weight / sum.',
  MS1104: 'Among several destinations an omitted weight is 0.',
  MS1105: 'The weight of a single destination is ignored.',
  MS1110: 'What a HorizontalPodAutoscaler scales is not there.',
  MS1111: 'Two HorizontalPodAutoscalers find the same pods (AmbiguousSelector): neither scales.',
  MS1112: 'Two HorizontalPodAutoscalers scale one target (AmbiguousSelector): neither scales.',
  MS1113: 'A container without a CPU request leaves a HorizontalPodAutoscaler without its metric.',
  MS1114: 'A HorizontalPodAutoscaler measures a container that its pods do not have.',
  MS1115: 'The selectors of two workloads find the same pods.',
  MS1116: 'Replicas are written for what a HorizontalPodAutoscaler scales; applying them again resets it.',
  MS1117: 'A warm-up stands beside a balancer that has none: Envoy has slow start for two alone.',
  MS1120: 'A backend of an HTTPRoute is not there, or may not be asked from its namespace.',
  MS1121: 'A parent of an HTTPRoute is not there, or does not take it.',
  MS1122: 'A rule of an HTTPRoute sends to nothing.',
  MS1123: 'An HTTPRoute and a VirtualService are for the same callers.',
  MS1124: 'A namespace does not say whether its pods get a sidecar: they are taken to have one.',
  MS1125:
    'A VirtualService is for a host that nothing has: at most HTTP that asks for that very name follows it.',
  MS1126: 'A port of a Service leads to a name that containers of its pods do not have.',
  MS1127: 'A probe asks a port by a name that no port of its container has.',
  MS1128: 'An HTTPRoute has an error for which istiod makes no rule of it at all.',
  MS1129:
    'A Service leads to a port that the containers of some of its pods do not declare, although they declare others.',
  MS1130: 'A try may take as long as the whole request: Envoy leaves its timeout out.',
  MS2001: 'A file holds no document of the expected kind, or several.',
  MS2002: 'A field is unknown to a Scenario or App.',
  MS2003: 'A required field of a Scenario or App is missing.',
  MS2004: 'A value of a Scenario or App is not what is expected.',
  MS2005: 'An expectation does not fit the manifests or the duration.',
  MS2006: 'Two traffic entries have one name.',
  MS2007: 'The timeline names a workload, a node or a zone that no manifest has.',
  MS2008: 'An assignment of --set cannot be applied.',
  MS2009: 'A recording cannot be replayed.',
  MS2010: 'Entries of a recording could not be read and are left out.',
  MS2011: 'Traffic is to come from a workload that no manifest names.',
  MS2012: 'A plan is asked for without an objective.',
  MS2013: 'The shift of a scenario cannot be planned.',
  MS2014: 'There are no runs of this question to go on with.',
  MS2015: 'The run ends before all refreshes of a traffic entry have begun.',
  MS2016: 'A part of a scenario asks for more than a run may cost.',
  MS2017: 'Visitors are sent to a gateway that is none, or come from inside the mesh.',
  MS2018: 'The focus of a scenario is no Service of its manifests.',
  MS2019: 'A link of the workshop cannot be read: it was cut, or is none.',
  MS2020: 'Something was to be done at the desk after the end of the scenario.',
  MS2021: 'A session of the workshop names a set-up or a file that is not there.',
  MS2022: 'A number is asked for by a name that the scenario does not have.',
  MS2023: 'An export of a cluster has no workload to play with.',
  MS2024: 'A template of Helm stands where manifests are expected.',
  MS3001: 'A file cannot be read.',
  MS3002: 'A directory stands where a file is expected.',
  MS3003: 'A file is larger than what is read.',
  MS3004: 'A file stands where a folder is expected.',
  MS3005: 'A folder holds files that are not ours.',
  MS3006: 'A folder cannot be written.',
  MS3007: 'A file is not a stored run.',
  MS3008: 'A stored run is of a version that this meshshift does not read.',
  MS3009: 'What is stored of a run is damaged.',
  MS3010: 'The page of the workshop cannot be offered at that port.',
  MS3011: 'The shards of a sweep cannot be put together.',
  MS4001: 'Options of a command do not go together, or one is missing.',
  MS4002: 'The value of an option, or a line of --changes, is not what is expected.',
  MS4003: 'No request of the data tells which version was chosen.',
  MS4004: 'The data holds more versions than can be meant.',
  MS4005: 'The data or the manifests hold several services, and none was chosen.',
  MS4006: 'No manifest gives weights to the service that is asked for.',
  MS4007: 'A file cannot be written.',
  MS4008: 'A change of weights cannot be placed on the time line of the data.',
  MS4009: 'A name in the data is no version of the weights, and has not their form.',
  MS4010: 'Two files tell the same requests, and no request id tells them apart.',
};
