import { z } from 'zod';
import { defineOperation } from './operation.ts';
import { nothing } from './parameters.ts';

export const readDocument = defineOperation({
  id: 'readDocument',
  method: 'get',
  path: '/openapi.json',
  scope: 'read',
  group: 'Access',
  summary: 'This document',
  description: 'All operations with what they take and answer, as OpenAPI 3.1.',
  params: nothing,
  query: nothing,
  body: undefined,
  answer: z.looseObject({ openapi: z.string() }),
  status: 200,
});
