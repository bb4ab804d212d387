/** Something of a task that people are told once, wherever they watch; how far it is stands only in the picture. */
export interface NoticeProgress {
  /** A clause without its full stop. */
  readonly notice: string;
}

export function isNoticeProgress(data: unknown): data is NoticeProgress {
  return typeof data === 'object' && data !== null && 'notice' in data;
}
