import type { LessonId } from '../lesson/lesson.ts';
import { inBoth } from './language.ts';

/** On paper the question does not stand above: what needs it is asked in full. */
type Asks = Readonly<Partial<Record<LessonId, string>>>;

export const sheetWords = inBoth({
  en: {
    title: 'Traffic shifting: predict, press, compare',
    name: 'Name',
    seat: 'Class / seat',
    predictions: 'Ten predictions (write before you press)',
    yours: 'I predict',
    truth: 'It was',
    asks: {
      c: 'Half and half: with so many pages v3’s share is known to within 10 points:',
      h: 'Errors of a v3 that fails three of ten, behind two retries: at its pods / at its caller / in pages:',
      i: 'v3’s one pod gets everything, with an autoscaler: pages are late after the jump / the four steps / both / neither:',
      j: 'Eight cases, each C (chance), F (too few) or B (broken): 1 to 8:',
    } satisfies Asks as Asks,
    strip: 'My fifteen pages (★ red, · none)',
    tally: 'The class: so many saw this many red pages',
    histogram: 'The same, drawn',
    formulas: 'What you may need',
    sessions: 'people',
    reds: 'red pages of fifteen',
    law: 'so many red of fifteen at 50/50',
    half: 'half-width of a share near one half after n pages, in points (95 %)',
    none: 'no page of a version with weight w in n pages',
    effective: 'effective share while k of K proxies have the rule',
    pods: 'without a mesh: share by pods',
    retry: 'the caller of a version that fails with p sees, after r retries',
    sentences: 'Three sentences: what is configured, what is effective, what did I see?',
  },
  zh: {
    title: '流量切换：先预测，再操作，后比较',
    name: '姓名',
    seat: '班级 / 座位',
    predictions: '十个预测（先写，再按）',
    yours: '我的预测',
    truth: '结果',
    asks: {
      c: '一半对一半：要把 v3 的份额确定在 10 个百分点以内，需要的页数：',
      h: 'v3 十个失败三个，重试两次：在它的 Pod 上 / 在调用方 / 在页面上的错误率：',
      i: 'v3 只有一个 Pod 和一个自动伸缩器，却接下全部流量：页面会迟到的是一次切换 / 分四步 / 两者 / 都不：',
      j: '八个案例，每个填 Y（运气）、S（太少）或 G（故障）：1 到 8：',
    },
    strip: '我的十五页（★ 红星，· 无星）',
    tally: '全班：看到这么多页红星的人数',
    histogram: '把它画出来',
    formulas: '可能用得到',
    sessions: '人数',
    reds: '十五页中的红星页数',
    law: '权重 50/50 时十五页中恰有 k 页红星',
    half: 'n 页之后，一半附近份额的区间半宽，单位百分点（95%）',
    none: 'n 页里一次也没有看到权重为 w 的版本',
    effective: 'K 个代理中有 k 个拿到规则时的生效份额',
    pods: '没有网格：份额由 Pod 数决定',
    retry: '某版本以概率 p 失败，重试 r 次之后调用方看到',
    sentences: '三句话：配置的是什么，生效的是什么，我看到的又是什么？',
  },
});
