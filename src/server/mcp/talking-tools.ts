import type { OperationTools } from '../../operations/tools.ts';
import type { AskOperation } from './operation-tool.ts';

/** Whether an agent may answer what a run asks a person: only through the person who sits at the agent, or in their name. */
export type AnswersFor = 'person' | 'agent';

/** What the tools of an agent work with. */
export interface TalkingTools {
  readonly tools: OperationTools;
  readonly ask: AskOperation;
  /** Where the agent works. */
  readonly cwd: string;
  readonly answers: AnswersFor;
  /** Carries a run that was begun, where nobody else does. @param run as people see it. */
  readonly carry: (run: string) => Promise<void>;
}
