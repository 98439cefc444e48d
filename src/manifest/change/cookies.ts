import { httpRoutesOf } from './destinations.ts';
import { listOf, mapIn, mapOf, resourcesOf, specOf, type Data, type Written } from './written.ts';

/** A place where answers get headers: of a rule or of one of its destinations, as VirtualServices and HTTPRoutes write them. */
interface Place {
  /** Values of Set-Cookie that it adds or sets. */
  readonly cookies: readonly string[];
  remove(cookie: string): void;
}

/** Of all rules for a Service. */
export function cookiePlaces(written: Written, service: string): Place[] {
  const inRules = httpRoutesOf(written, service).flatMap((route) => [route, ...listOf(route['route'])]);
  const inFilters = resourcesOf(written, 'HTTPRoute')
    .flatMap((own) => listOf(specOf(own)['rules']))
    .flatMap((rule) => [rule, ...listOf(rule['backendRefs'])])
    .flatMap((own) => listOf(own['filters']).map((filter) => mapOf(filter['responseHeaderModifier'])));
  return [...inRules.map(placeOf), ...inFilters.map(filterPlace)];
}

function placeOf(owner: Data): Place {
  const response = mapOf(mapOf(owner['headers'])['response']);
  const maps = [mapOf(response['add']), mapOf(response['set'])];
  const names = (map: Data): string[] => Object.keys(map).filter(isSetCookie);
  return {
    cookies: maps.flatMap((map) => names(map).map((name) => String(map[name]))),
    remove(cookie) {
      for (const map of maps)
        for (const name of names(map)) if (nameOfCookie(String(map[name])) === cookie) delete map[name];
    },
  };
}

function filterPlace(modifier: Data): Place {
  const lists = [listOf(modifier['add']), listOf(modifier['set'])];
  const isCookie = ({ name }: Data): boolean => isSetCookie(String(name));
  return {
    cookies: lists.flatMap((list) => list.filter(isCookie).map(({ value }) => String(value))),
    remove(cookie) {
      for (const list of lists)
        list.splice(
          0,
          list.length,
          ...list.filter((own) => !isCookie(own) || nameOfCookie(String(own['value'])) !== cookie),
        );
    },
  };
}

const isSetCookie = (name: string): boolean => name.toLowerCase() === 'set-cookie';

export const nameOfCookie = (line: string): string => line.split('=')[0]!.trim();

/** Adds a line of Set-Cookie to the answers of a VirtualService's destination. */
export function setCookieOn(destination: Data, line: string): void {
  mapIn(mapIn(mapIn(destination, 'headers'), 'response'), 'add')['Set-Cookie'] = line;
}

/** The line of Set-Cookie that a destination's answers have; undefined: none. */
export const cookieOf = (destination: Data): string | undefined => placeOf(destination).cookies[0];
