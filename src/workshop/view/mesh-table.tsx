import type { Desk, DeskPod } from '../../experiment/session/desk.ts';
import type { Language } from '../language/language.ts';
import { meshWords } from '../language/mesh.ts';
import { countIn } from '../language/number.ts';
import { nameOfCall } from './mesh-layout.ts';
import { proxiesOf } from './mesh-proxies.ts';

/** What the picture of the mesh shows, as two tables. */
export function MeshTable({ desk, language }: { readonly desk: Desk; readonly language: Language }) {
  const words = meshWords[language];
  const errorsClass = (errors: number): string | undefined => (errors > 0 ? 'is-bad' : undefined);
  return (
    <div class="table-holder" tabIndex={0} role="region" aria-label={words.asTable}>
      <table class="table">
        <caption>{words.servicesCaption}</caption>
        <thead>
          <tr>
            <th scope="col">{words.service}</th>
            <th scope="col">{words.requests}</th>
            <th scope="col">{words.errorsHead}</th>
            <th scope="col">{words.podsHead}</th>
            <th scope="col">{words.waitingHead}</th>
            <th scope="col">{words.proxiesHead}</th>
          </tr>
        </thead>
        <tbody>
          {desk.services.map((service) => {
            const { current, all } = proxiesOf(desk, service);
            return (
              <tr key={`${service.name} ${service.version}`}>
                <th scope="row">{`${service.name} ${service.version}`.trim()}</th>
                <td>{words.rate(service.perSecond)}</td>
                <td class={errorsClass(service.errorsPerSecond)}>{words.rate(service.errorsPerSecond)}</td>
                <td>{podsText(service.pods, language)}</td>
                <td>
                  {countIn(
                    language,
                    service.pods.reduce((sum, pod) => sum + pod.waiting, 0),
                  )}
                </td>
                <td>{all === 0 ? '–' : words.ofProxies(current, all)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <table class="table">
        <caption>{words.edgesCaption}</caption>
        <thead>
          <tr>
            <th scope="col">{words.caller}</th>
            <th scope="col">{words.called}</th>
            <th scope="col">{words.requests}</th>
            <th scope="col">{words.errorsHead}</th>
          </tr>
        </thead>
        <tbody>
          {desk.edges.map((edge) => (
            <tr key={nameOfCall(edge)}>
              <th scope="row">{`${edge.from} ${edge.fromVersion}`.trim()}</th>
              <td>{`${edge.to} ${edge.version}`.trim()}</td>
              <td>{words.rate(edge.perSecond)}</td>
              <td class={errorsClass(edge.errorsPerSecond)}>{words.rate(edge.errorsPerSecond)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** "3", or where some are not ready "3, 1 starting" */
function podsText(pods: readonly DeskPod[], language: Language): string {
  const words = meshWords[language];
  const states = (['starting', 'not ready', 'ending'] as const).flatMap((state) => {
    const count = pods.filter((pod) => pod.state === state).length;
    return count > 0 ? [`${countIn(language, count)} ${words.states[state]}`] : [];
  });
  return [countIn(language, pods.length), ...states].join(language === 'zh' ? '，' : ', ');
}
