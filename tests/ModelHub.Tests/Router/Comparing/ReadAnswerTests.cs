using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using ModelHub.Router.Comparing;
using Xunit;

namespace ModelHub.Tests.Router.Comparing;

public sealed class ReadAnswerTests
{
    [Fact]
    public void A_v2_answer_is_read_flat_and_nested()
    {
        const string json = """
            {"model_name":"m","outputs":[
              {"name":"label","datatype":"INT64","shape":[2],"data":[0,9007199254740993]},
              {"name":"p","datatype":"FP32","shape":[2,2],"parameters":{"labels":["no","yes"]},"data":[[0.25,0.75],["NaN",1]]},
              {"name":"s","datatype":"BYTES","shape":[2,1],"data":["a","b"]},
              {"name":"b","datatype":"BOOL","shape":[2],"data":[true,false]}]}
            """;

        var read = Of(json)!;

        Assert.Equal(["0", "9007199254740993"], read["label"].Texts!);
        Assert.Equal((2, 2, "yes"), (read["p"].Rows, read["p"].Width, read["p"].ClassOf(0)));
        Assert.True(double.IsNaN(read["p"].Numbers![2]));
        Assert.Null(read["p"].ClassOf(1));
        Assert.Equal(0.75, read["p"].ScoreOf(0));
        Assert.Equal("b", read["s"].ClassOf(1));
        Assert.Equal("false", read["b"].ClassOf(1));
    }

    [Fact]
    public void A_v2_answer_is_read_from_binary_data()
    {
        var json = Encoding.UTF8.GetBytes("""
            {"outputs":[{"name":"f","datatype":"FP32","shape":[2],"parameters":{"binary_data_size":8}},
              {"name":"h","datatype":"FP16","shape":[1],"parameters":{"binary_data_size":2}},
              {"name":"i","datatype":"INT64","shape":[2],"parameters":{"binary_data_size":16}},
              {"name":"s","datatype":"BYTES","shape":[2],"parameters":{"binary_data_size":11}}]}
            """);
        byte[] body = [.. json, .. BitConverter.GetBytes(0.5f), .. BitConverter.GetBytes(-2f), .. BitConverter.GetBytes((Half)1.5), .. BitConverter.GetBytes(7L), .. BitConverter.GetBytes(-8L), .. Text("ab"), .. Text("c")];

        var read = ReadAnswer.Of(body, null, $"{json.Length}")!;

        Assert.Equal([0.5, -2], read["f"].Numbers!);
        Assert.Equal([1.5], read["h"].Numbers!);
        Assert.Equal(["7", "-8"], read["i"].Texts!);
        Assert.Equal(["ab", "c"], read["s"].Texts!);
    }

    [Fact]
    public void Rows_are_read_with_names_and_what_looks_whole_is_a_guess()
    {
        var read = Of("""{"predictions":[{"label":1,"score":0.5,"p":{"no":0.1,"yes":0.9},"v":[1.5,2]},{"label":0,"score":1,"p":{"yes":0.2,"no":0.8},"v":[3,4]}]}""")!;

        Assert.Equal(("1", true), (read["label"].ClassOf(0), read["label"].IsGuessed));
        Assert.Equal((1.0, (string?)null), (read["score"].ScoreOf(1), read["score"].ClassOf(1)));
        Assert.Equal(("yes", "no", 0.2), (read["p"].ClassOf(0), read["p"].ClassOf(1), read["p"].ScoreOf(1)));
        Assert.Equal((2, null), (read["v"].Width, read["v"].ScoreOf(0)));
    }

    [Fact]
    public void A_compressed_answer_is_read_and_a_bomb_is_not()
    {
        Assert.NotNull(ReadAnswer.Of(Zipped(Encoding.UTF8.GetBytes("""{"predictions":[{"y":1}]}""")), "gzip", null));
        Assert.Null(ReadAnswer.Of(Zipped(new byte[64 << 20]), "gzip", null));
        Assert.Null(ReadAnswer.Of("{\"predictions\":[{\"y\":1}]}"u8.ToArray(), "br", null));
        Assert.Null(ReadAnswer.Of("{\"predictions\":[{\"y\":1}]}"u8.ToArray(), "gzip", null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"error\":\"no\"}")]
    [InlineData("{\"outputs\":[{\"name\":\"y\"}]}")]
    [InlineData("{\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[\"x\"]}]}")]
    [InlineData("{\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[1],\"parameters\":{\"binary_data_size\":8}}]}")]
    [InlineData("{\"outputs\":[{\"name\":\"y\",\"datatype\":\"INT8\",\"shape\":[1],\"data\":[1]},{\"name\":\"y\",\"datatype\":\"INT8\",\"shape\":[1],\"data\":[1]}]}")]
    [InlineData("{\"predictions\":[{\"y\":1},{\"z\":1}]}")]
    [InlineData("{\"predictions\":[{\"y\":[1]},{\"y\":[1,2]}]}")]
    [InlineData("{\"predictions\":[{\"y\":{\"a\":1}},{\"y\":1},{\"y\":2}]}")]
    public void What_is_no_answer_is_nothing_to_compare(string body) => Assert.Null(Of(body));

    [Fact]
    public void No_bytes_make_it_throw()
    {
        var sound = Encoding.UTF8.GetBytes("""{"outputs":[{"name":"p","datatype":"FP32","shape":[2,2],"parameters":{"labels":["no","yes"],"binary_data_size":4},"data":[[0.25,0.75],[1,2]]}],"predictions":[{"y":1}]}""");
        for (var seed = 0; seed < 3_000; seed++)
        {
            var random = new Random(seed);
            var damaged = sound.ToArray();
            for (var i = 0; i < random.Next(1, 6); i++)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);

            ReadAnswer.Of(damaged.AsMemory(0, random.Next(1, damaged.Length)), random.Next(4) == 0 ? "gzip" : null, random.Next(4) == 0 ? $"{random.Next(-5, 200)}" : null);
        }
    }

    private static IReadOnlyDictionary<string, ReadOutput>? Of(string json) => ReadAnswer.Of(Encoding.UTF8.GetBytes(json), null, null);

    private static byte[] Text(string text)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, text.Length);
        return [.. length, .. Encoding.UTF8.GetBytes(text)];
    }

    private static byte[] Zipped(byte[] bytes)
    {
        using var to = new MemoryStream();
        using (var gzip = new GZipStream(to, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return to.ToArray();
    }
}
