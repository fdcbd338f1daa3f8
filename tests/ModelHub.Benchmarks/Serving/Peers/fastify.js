// What a Node.js team writes: fastify, one worker per core, onnxruntime-node with one thread per run, V2 JSON.
import cluster from 'node:cluster';
import fastify from 'fastify';
import ort from 'onnxruntime-node';

const [, , port, workers, model] = process.argv;
if (cluster.isPrimary) {
    for (let i = 0; i < Number(workers); i++) cluster.fork();
} else {
    const session = await ort.InferenceSession.create(model, {
        intraOpNumThreads: 1, interOpNumThreads: 1,
        extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
    const app = fastify({ bodyLimit: 16 * 1024 * 1024 });
    app.get('/ready', async () => ({ ready: true }));
    app.post('/infer', async request => {
        const feeds = {};
        for (const input of request.body.inputs)
            feeds[input.name] = new ort.Tensor('float32', Float32Array.from(input.data), input.shape);
        const results = await session.run(feeds);
        return {
            model_name: 'bench', model_version: '1',
            outputs: session.outputNames.map(name => {
                const { dims, data, type } = results[name];
                return { name, datatype: type === 'int64' ? 'INT64' : 'FP32', shape: dims, data: Array.from(data, Number) };
            }),
        };
    });
    await app.listen({ port: Number(port), host: '127.0.0.1' });
}
