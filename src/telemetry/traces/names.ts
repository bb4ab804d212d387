/**
 * The names of OpenTelemetry's semantic conventions that traces use. Those of `gen_ai`, `cicd` and `vcs` may still change from version to version:
 * a test holds these to the version that is named here.
 */
export const conventions = '1.45.0';

export const name = {
  errorType: 'error.type',
  agentName: 'gen_ai.agent.name',
  conversation: 'gen_ai.conversation.id',
  inputMessages: 'gen_ai.input.messages',
  outputMessages: 'gen_ai.output.messages',
  toolArguments: 'gen_ai.tool.call.arguments',
  details: 'gen_ai.client.inference.operation.details',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  genAiOperation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  requestModel: 'gen_ai.request.model',
  responseModel: 'gen_ai.response.model',
  tool: 'gen_ai.tool.name',
  action: 'cicd.pipeline.action.name',
  pipeline: 'cicd.pipeline.name',
  result: 'cicd.pipeline.result',
  runId: 'cicd.pipeline.run.id',
  task: 'cicd.pipeline.task.name',
  taskRunId: 'cicd.pipeline.task.run.id',
  taskRunResult: 'cicd.pipeline.task.run.result',
  taskType: 'cicd.pipeline.task.type',
  change: 'vcs.change.id',
  base: 'vcs.ref.base.name',
  baseRevision: 'vcs.ref.base.revision',
  head: 'vcs.ref.head.name',
  headRevision: 'vcs.ref.head.revision',
  repository: 'vcs.repository.name',
  repositoryUrl: 'vcs.repository.url.full',
} as const;

/** Names of our own, for what no convention has a name for. */
export const own = {
  attemptOutcome: 'miyabi.attempt.outcome',
  attemptNumber: 'miyabi.attempt.number',
  cached: 'miyabi.model.cached',
  costUsd: 'miyabi.cost.usd',
  forge: 'miyabi.forge',
  issueTitle: 'miyabi.issue.title',
  link: 'miyabi.link',
  outcome: 'miyabi.outcome',
  world: 'miyabi.world.name',
  worldStatus: 'miyabi.world.status',
  worldWon: 'miyabi.world.won',
} as const;
