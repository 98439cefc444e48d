import type { MechanismName } from '../../verdict/mechanism/index.ts';
import { inBoth } from '../language/language.ts';

const english: Readonly<Record<MechanismName, string>> = {
  'old rule': 'these weights are not the ones that decide',
  'other weights': 'other weights than these are in force',
  'pods in place of weights': 'pods decide, not weights',
  'alternation or round robin over endpoints': 'the versions take turns, as in round robin',
  'smooth weighted round robin': 'a weighted round robin takes turns',
  'blocks of a counter': 'they come in blocks, as from a counter',
  'old and new rule mixed': 'one rule until some moment, another one after it',
  'sticky connection': 'a connection stays with one version',
  'clients pinned to a version': 'each client is bound to a version',
  'some callers hold another rule': 'some callers hold another rule',
  'absorbing cookie': 'a cookie keeps who has seen it once',
  'retries counted': 'retries are counted, too',
  'mirrors counted': 'mirrored requests are counted, too',
  'wrong meter': 'something else was counted',
};
const chinese: Readonly<Record<MechanismName, string>> = {
  'old rule': '起作用的不是这组权重',
  'other weights': '生效的是别的权重',
  'pods in place of weights': '由 Pod 数决定，而不是权重',
  'alternation or round robin over endpoints': '版本轮流出现，像轮询',
  'smooth weighted round robin': '加权轮询在轮流分配',
  'blocks of a counter': '成段出现，像是计数器',
  'old and new rule mixed': '某一刻之前是一条规则，之后是另一条',
  'sticky connection': '一条连接一直停留在同一个版本',
  'clients pinned to a version': '每个客户端都绑定了一个版本',
  'some callers hold another rule': '部分调用方拿着另一条规则',
  'absorbing cookie': 'cookie 让见过一次的人一直留下',
  'retries counted': '重试也被计数了',
  'mirrors counted': '镜像请求也被计数了',
  'wrong meter': '数的是别的东西',
};

/** What a mechanism would be, in half a sentence. */
export const mechanismWords = inBoth({ en: english, zh: chinese });
