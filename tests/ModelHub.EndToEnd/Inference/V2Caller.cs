using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Google.Protobuf;
using ModelHub.Inference.Grpc.Messages;

namespace ModelHub.EndToEnd.Inference;

/// <summary>Outputs, or the status and the words of a refusal.</summary>
internal sealed record V2Answer(int Status, string Error, TensorValue[] Outputs);

/// <summary>Sends one request in each form the protocol has.</summary>
internal sealed class V2Caller(string token) : IDisposable
{
    private const string JsonLength = "Inference-Header-Content-Length";
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromMinutes(1) };

    public void Dispose() => http.Dispose();

    /// <param name="models">base URL down to <c>v2</c></param>
    /// <param name="binary">all tensors in binary form; else only those that JSON cannot carry</param>
    public async Task<V2Answer> RestAsync(string models, string model, DataSet set, bool binary, CancellationToken ct)
    {
        using var content = new ByteArrayContent(Body(set, binary, out var jsonBytes));
        content.Headers.ContentType = new MediaTypeHeaderValue(jsonBytes is null ? "application/json" : "application/octet-stream");
        if (jsonBytes is not null)
            content.Headers.Add(JsonLength, jsonBytes.Value.ToString(CultureInfo.InvariantCulture));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{models}/models/{model}/infer") { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request, ct);
        var body = await response.Content.ReadAsByteArrayAsync(ct);
        var head = response.Headers.TryGetValues(JsonLength, out var given) || response.Content.Headers.TryGetValues(JsonLength, out given)
            ? int.Parse(given.Single(), CultureInfo.InvariantCulture) : body.Length;
        using var json = JsonDocument.Parse(body.AsMemory(0, head));
        return response.IsSuccessStatusCode
            ? new(200, "", [.. Outputs(json.RootElement, body.AsSpan(head))])
            : new((int)response.StatusCode, json.RootElement.GetProperty("error").GetString()!, []);
    }

    public async Task<V2Answer> GrpcAsync(Uri node, string model, DataSet set, CancellationToken ct)
    {
        var call = new ModelInferRequest { ModelName = model };
        foreach (var input in set.Inputs)
        {
            call.Inputs.Add(new ModelInferRequest.Types.InferInputTensor { Name = input.Name, Datatype = input.Datatype, Shape = { input.Shape } });
            call.RawInputContents.Add(ByteString.CopyFrom(input.Raw));
        }
        byte[] message = call.ToByteArray();
        using var content = new ByteArrayContent([0, .. BitConverter.GetBytes(IPAddress.HostToNetworkOrder(message.Length)), .. message]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(node, "/inference.GRPCInferenceService/ModelInfer"))
        { Content = content, Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Add("te", "trailers");
        using var response = await http.SendAsync(request, ct);
        var body = await response.Content.ReadAsByteArrayAsync(ct);
        var status = Trailer(response, "grpc-status");
        if (status != "0")
            return new(int.Parse(status, CultureInfo.InvariantCulture), Uri.UnescapeDataString(Trailer(response, "grpc-message")), []);
        var answer = ModelInferResponse.Parser.ParseFrom(body.AsSpan(5));
        return new(0, "", [.. answer.Outputs.Select((o, i) => TensorValue.FromRaw(o.Name, o.Datatype, [.. o.Shape], answer.RawOutputContents[i].Span))]);
    }

    private static byte[] Body(DataSet set, bool binary, out int? jsonBytes)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartArray("inputs");
            foreach (var input in set.Inputs)
                Input(json, input, binary || !input.HasJson);
            json.WriteEndArray();
            json.WriteStartArray("outputs");
            foreach (var output in set.Outputs)
            {
                json.WriteStartObject();
                json.WriteString("name", output.Name);
                json.WriteStartObject("parameters");
                json.WriteBoolean("binary_data", binary || !output.HasJson);
                json.WriteEndObject();
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        jsonBytes = binary || set.Inputs.Any(i => !i.HasJson) ? (int)stream.Length : null;
        foreach (var input in set.Inputs.Where(i => binary || !i.HasJson))
            stream.Write(input.Raw);
        return stream.ToArray();
    }

    private static void Input(Utf8JsonWriter json, TensorValue input, bool binary)
    {
        json.WriteStartObject();
        json.WriteString("name", input.Name);
        json.WriteString("datatype", input.Datatype);
        json.WriteStartArray("shape");
        foreach (var size in input.Shape)
            json.WriteNumberValue(size);
        json.WriteEndArray();
        if (binary)
        {
            json.WriteStartObject("parameters");
            json.WriteNumber("binary_data_size", input.Raw.Length);
            json.WriteEndObject();
        }
        else
        {
            input.WriteData(json);
        }
        json.WriteEndObject();
    }

    private static List<TensorValue> Outputs(JsonElement answer, ReadOnlySpan<byte> binary)
    {
        List<TensorValue> outputs = [];
        foreach (var output in answer.GetProperty("outputs").EnumerateArray())
        {
            if (output.TryGetProperty("data", out _))
            {
                outputs.Add(TensorValue.FromJson(output));
                continue;
            }
            var size = output.GetProperty("parameters").GetProperty("binary_data_size").GetInt32();
            outputs.Add(TensorValue.FromRaw(
                output.GetProperty("name").GetString()!, output.GetProperty("datatype").GetString()!,
                [.. output.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())], binary[..size]));
            binary = binary[size..];
        }
        return outputs;
    }

    private static string Trailer(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out var values) || response.Headers.TryGetValues(name, out values) ? values.Single() : "";
}
