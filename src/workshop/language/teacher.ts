import { inBoth } from './language.ts';
import type { Refusal } from '../class/parse-tally.ts';

const englishRefusals: Readonly<Record<Refusal, string>> = {
  'no seat and reds': 'no “seat reds”',
  'more reds than pages': 'more red pages than there are',
  'seat told twice': 'this seat said something else before',
};
const chineseRefusals: Readonly<Record<Refusal, string>> = {
  'no seat and reds': '不是“座位 红星页数”',
  'more reds than pages': '红星页数多于总页数',
  'seat told twice': '这个座位之前报的是别的数',
};

export const teacherWords = inBoth({
  en: {
    title: 'Teacher',
    code: 'Class code',
    seats: 'Seats',
    board: (code: string): string => `On the board: “${code === '' ? 'blue' : code} / your seat”`,
    counted: 'Hands counted',
    pasted: 'Tallies pasted',
    handsHint: 'So many saw this many red pages of fifteen:',
    reds: (count: number): string => `${count} red`,
    clear: 'Clear',
    pasteHint: 'A line per seat: seat, red pages. “17 9”, “blue-17: 9”.',
    pasteLabel: 'Tallies, a line per seat',
    refused: (line: number, why: string): string => `Line ${line}: ${why}`,
    refusals: englishRefusals,
    play: 'Play the whole class',
    playing: 'Playing …',
    fromSeeds: 'From the seeds',
    fromHands: 'From the hands',
    fromPaste: 'From the tallies',
    chart: 'Red pages of fifteen: the class and the law',
    legend: { bar: 'sessions of the class', expected: 'expected', band: '90 % of classes' },
    pooled: (reds: string, pages: string, share: string, range: string): string =>
      `Together ${reds} red of ${pages} pages: ${share}, so the weight is within ${range} (95 %).`,
    extreme: (seats: number, chance: string, from: number): string =>
      `That somebody of ${seats} sees 12:3 or worse has a chance of ${chance}; from ${from} seats on it is likelier than not.`,
    strangers: 'Not what their seed plays (typed wrong, or another code):',
    stranger: (seat: number, reds: number, played: number): string =>
      `seat ${seat}: ${reds} said, ${played} played`,
    replay: 'Replay on the wall',
    seat: 'Seat',
    show: 'Show it',
    projector: 'Projector size',
    print: 'Print the sheet',
    columns: { reds: 'Red pages', sessions: 'Class', expected: 'Expected', band: '90 % of classes' },
    range: (low: number, high: number): string => (low === high ? String(low) : `${low} to ${high}`),
    tooMany: (counted: number, seats: number): string =>
      `${counted} were counted, and there are ${seats} seats: is one of the numbers mistyped?`,
    nobody: 'No session yet.',
  },
  zh: {
    title: '教师',
    code: '班级代码',
    seats: '座位数',
    board: (code) => `写在黑板上：“${code === '' ? 'blue' : code} / 你的座位号”`,
    counted: '举手计数',
    pasted: '粘贴计数',
    handsHint: '十五页中看到这么多页红星的人数：',
    reds: (count) => `${count} 页`,
    clear: '清空',
    pasteHint: '每行一个座位：座位号、红星页数，如 “17 9”、“blue-17: 9”。',
    pasteLabel: '计数，每行一个座位',
    refused: (line, why) => `第 ${line} 行：${why}`,
    refusals: chineseRefusals,
    play: '把全班模拟一遍',
    playing: '正在模拟……',
    fromSeeds: '由种子得出',
    fromHands: '由举手得出',
    fromPaste: '由粘贴得出',
    chart: '十五页中的红星页数：全班与分布律',
    legend: { bar: '班上的人数', expected: '期望', band: '90% 的班级' },
    pooled: (reds, pages, share, range) =>
      `全班 ${pages} 页中共 ${reds} 页红星：${share}，所以权重在 ${range} 之间（95%）。`,
    extreme: (seats, chance, from) =>
      `${seats} 人里有人看到 12:3 或更悬殊，概率是 ${chance}；从 ${from} 人起，就是多半会有。`,
    strangers: '与种子模拟的不符（输错了，或用了别的代码）：',
    stranger: (seat, reds, played) => `座位 ${seat}：报 ${reds} 页，实际 ${played} 页`,
    replay: '在墙上重演',
    seat: '座位',
    show: '显示',
    projector: '投影尺寸',
    print: '打印学生用纸',
    columns: { reds: '红星页数', sessions: '全班', expected: '期望', band: '90% 的班级' },
    range: (low, high) => (low === high ? String(low) : `${low} 至 ${high}`),
    tooMany: (counted, seats) => `数出了 ${counted} 人，而座位只有 ${seats} 个：是不是输错了一个数？`,
    nobody: '还没有结果。',
  },
});
