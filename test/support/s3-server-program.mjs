// An object store on a port of its own, until its input ends: `node s3-server-program.mjs <folder> <bucket>` prints the port.
import S3rver from 's3rver';

const [, , directory, bucket] = process.argv;
const server = new S3rver({ address: '127.0.0.1', port: 0, silent: true, directory, configureBuckets: [{ name: bucket, configs: [] }] });
const { port } = await server.run();
console.log(port);
process.stdin.resume().on('end', () => process.exit());
