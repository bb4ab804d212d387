/** What rows of statistics can stand for. */
export const statisticsGroupings = ['world', 'agent', 'model', 'phase', 'repository'] as const;
export type StatisticsGrouping = (typeof statisticsGroupings)[number];
