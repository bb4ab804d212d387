/** See the state machine below; nothing else changes a state. */
export type TaskState = 'pending' | 'ready' | 'running' | 'succeeded' | 'dead' | 'decomposed' | 'cancelled' | 'skipped';
