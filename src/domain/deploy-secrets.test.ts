import { expect, it } from 'vitest';
import { deploySection } from './config-deploy.ts';
import { deploySecretVariables } from './deploy-secrets.ts';

it('names every secret of what is deployed: of releases, targets, registries and measurements', () => {
  const image = { kind: 'container', listen: { port: 8_080 }, containerPort: 80, image: 'shop' };
  const plain = { name: 'plain', target: { kind: 'process', listen: { port: 8_081 }, start: 'node .' }, releaseSecrets: ['DATABASE_URL'] };
  const query = { requests: 'a', errors: 'b', p95Ms: 'c' };
  const whole = {
    name: 'whole',
    target: { ...image, registryVariable: 'REGISTRY' },
    deploySecrets: ['DEPLOY_KEY'],
    watch: { source: { kind: 'prometheus', url: 'http://127.0.0.1:9090', ...query, tokenVariable: 'METRICS' } },
  };
  const bare = { name: 'bare', target: image, watch: { source: { kind: 'probes' } } };
  const { projects } = deploySection.parse({ projects: [{ repository: '/shop', environments: [plain, whole, bare] }] });
  expect(deploySecretVariables({ projects })).toEqual(['DATABASE_URL', 'DEPLOY_KEY', 'REGISTRY', 'METRICS']);
});
