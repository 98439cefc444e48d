import { inBoth } from './language.ts';

/** A line of its own language for what a learner can meet; what else is found stands there as the command line says it. */
export const findingWords = inBoth({
  en: (_code: string): string | undefined => undefined,
  zh: (code: string): string | undefined => chinese[code],
});

const chinese: Readonly<Record<string, string>> = {
  'subset-hidden': '定义这个子集的 DestinationRule 对调用方的代理不生效：这些请求直接失败（503 NC）。',
  'service-hidden':
    '这个服务没有导出给调用方，或者被它的 Sidecar 排除：代理不认识它，这些请求直接失败（503 NC）。',
  'rule-gone': '规则在运行途中被删除：从那时起，代理在这个 Service 的所有就绪 Pod 中选择，不再按权重分配。',
  'route-not-asked': '没有一个请求符合这条带权重的路由的匹配条件：这次运行说明不了它的权重。',
  'split-not-tried': '没有一个请求走过这条带权重的规则：这次运行说明不了它的权重。',
  'another-name':
    '调用方用另一个 Service 名访问同一批 Pod：规则只对它自己的主机名生效，这些请求不按权重分配。',
  'tls-refused': 'DestinationRule 的 tls 设置是对端 Pod 不接受的：在集群里这些请求全部失败（503）。',
  'policy-denies': 'AuthorizationPolicy 不允许任何人访问：在集群里每个请求都会得到 403。',
  'no-room-at-start': '有些 Pod 没有节点能容纳：在集群里它们会一直处于 Pending。',
  'subset-missing': '规则指向了一个代理还不认识的子集：这些请求直接失败（503 NC）。',
  'subset-deleted': '规则还在引用的子集被删除了：这些请求直接失败。',
  'endpoints-not-arrived': '代理已有子集，但还没收到它的端点：请求暂时无处可去。',
  'no-pod-on-node':
    '调用方所在的节点上没有就绪的 Pod，而 Service 只许访问本节点（internalTrafficPolicy: Local）。',
  'no-ready-pod': '没有就绪的 Pod 可以接收请求。',
  'rollout-stalled': '新版本的 Pod 一直没有就绪：旧 Pod 仍在服务。',
  'rollout-unfinished': '运行结束时还没有新 Pod 就绪：这次运行不能说明新版本如何。',
  'drain-held': '排空的节点上还有 Pod：PodDisruptionBudget 不允许驱逐它们。',
  'no-route': '没有匹配的路由：请求得到 404。',
  'version-fails': '某个版本自己返回错误。',
  'version-slow': '某个版本明显比别的慢。',
  'retries-hide': '重试掩盖了一个正在出错的版本：页面看不出来，Pod 看得出来。',
  'retries-amplify': '重试放大了流量。',
  'autoscaler-late': '自动扩缩容来得太晚：流量先到，Pod 后到。',
  'autoscaler-at-limit': '自动扩缩容已到上限，Pod 仍然不够。',
  'autoscaler-cannot-decide': '自动扩缩容拿不到指标，无法决定。',
  overloaded: 'Pod 处理不过来，请求在排队。',
  'pages-failed': '有页面失败了。',
  'pages-late': '有页面太慢。',
  failures: '有请求失败了。',
  'fault-rule': '失败是规则自己注入的故障。',
  'split-strayed': '观测到的份额偏离了配置，超出了偶然能解释的范围。',
  'session-strayed': '你看到的顺序或次数，偶然很难解释。',
  'stale-pages': '一些页面走的是旧规则：新规则还没传到所有代理。',
  'stale-proxy': '有代理一直拿着旧规则。',
  'pods-lost': '有 Pod 死掉了，它手上的请求也一起丢了。',
  panic: '健康的 Pod 太少，代理进入恐慌模式。',
  'unknown-application': '有工作负载没有说明自己做什么。',
  'rule-not-visible': '规则对调用方不可见，不会生效。',
  'older-rule-hides': '一条更早的规则挡住了这条规则。',
};
