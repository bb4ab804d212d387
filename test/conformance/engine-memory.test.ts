import { openMemoryEngine } from '../support/memory-engine.ts';
import { engineConformance } from './engine-conformance.ts';

engineConformance('memory', (registrations, options) => openMemoryEngine(registrations, options));
