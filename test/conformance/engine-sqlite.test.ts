import { openTestEngine } from '../support/engine.ts';
import { engineConformance } from './engine-conformance.ts';

engineConformance('SQLite', (registrations, options) => openTestEngine(registrations, { ...options, synchronous: 'NORMAL' }));
