import type { ComponentChildren } from 'preact';
import { keepUnits } from '../keep-units.ts';

/** "reviews-v3-x99pbd95n-lhqxz": the letters are those of Kubernetes' names (apimachinery/pkg/util/rand, SafeEncodeString). */
const podName =
  /([a-z0-9][a-z0-9-]*-[bcdfghjklmnpqrstvwxz2456789]{5,10}-[bcdfghjklmnpqrstvwxz2456789]{5})(?![\w-])/;

/** A longer one would not fit a narrow screen in one line. */
const longest = 40;

/** Words of a page, in which no line ends within the name of a pod either: a browser would break it at each hyphen. */
export const words = (text: string): ComponentChildren =>
  text
    .split(podName)
    .map((part, place) =>
      place % 2 === 1 && part.length <= longest ? <span class="short">{part}</span> : keepUnits(part),
    );
