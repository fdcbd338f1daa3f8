using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ModelHub.Inference;
using ModelHub.Inference.V2;
using Xunit;

namespace ModelHub.Tests.Inference;

/// <summary>Numbers scanned by hand against the framework's reader, bit for bit.</summary>
public sealed class NumberScanTests
{
    private const int Count = 200_000;

    public static TheoryData<string> Forms => ["R", "G6", "G9", "G15", "G17", "E8", "F12"];

    [Theory]
    [MemberData(nameof(Forms))]
    public void Random_numbers_come_out_as_the_reader_gives_them(string form)
    {
        var random = new Random(11);
        Same([.. Enumerable.Range(0, Count).Select(_ => Number(random).ToString(form, CultureInfo.InvariantCulture))]);
    }

    [Fact]
    public void Neighbours_of_the_middle_between_two_floats_come_out_as_the_reader_gives_them()
    {
        var random = new Random(12);
        Same([.. Enumerable.Range(0, Count).Select(_ =>
        {
            var middle = (random.NextSingle() + (double)1) + Math.Pow(2, -24);
            return ((decimal)middle + random.Next(-2, 3) * 0.00000000000000001m).ToString(CultureInfo.InvariantCulture);
        })]);
    }

    [Fact]
    public void Odd_forms_come_out_as_the_reader_gives_them() => Same(
    [
        "0", "-0", "0.0", "-0.0", "1e0", "1E+2", "1e-7", "123456789012345678", "1234567890123456789", "12345678901234567890123", "0.1", "1e22", "1e23",
        "9007199254740993", "9007199254740992", "3.4028234e38", "3.4028236e38", "1.17549435e-38", "1e-45", "1e-46", "1e-400", "0.000000000000000000000001",
        "16777217", "16777219", "33554434.000000001", "1.00000005960464477539062500", "1.0000000596046447753906251",
    ]);

    [Theory]
    [InlineData("01")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("+1")]
    [InlineData("1e")]
    [InlineData("-")]
    [InlineData("0x1")]
    [InlineData("1 2")]
    [InlineData("1,")]
    [InlineData(",1")]
    [InlineData("1e400")]
    [InlineData("[1]")]
    [InlineData("1,2")]
    public void What_the_reader_refuses_is_refused(string data)
    {
        foreach (var datatype in new[] { "FP32", "FP64" })
            Assert.NotNull(Read(Request(datatype, 1, data), datatype, new InferRequest()));
    }

    [Fact]
    public void A_fault_behind_numbers_is_told_with_its_place()
    {
        var body = """{"inputs":[{"name":"x","datatype":"FP32","shape":[2],"data":[1.5,2.5]}],]}""";

        var fault = Read(body, "FP32", new InferRequest());

        Assert.Contains("BytePositionInLine: " + (body.Length - 2).ToString(CultureInfo.InvariantCulture), fault!.Message, StringComparison.Ordinal);
    }

    private static double Number(Random random) => (random.Next(4)) switch
    {
        0 => random.NextDouble(),
        1 => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-12, 13)),
        2 => random.Next(-100_000, 100_000),
        _ => random.NextSingle() * Math.Pow(2, random.Next(-30, 31)),
    };

    private static void Same(string[] texts)
    {
        var singles = texts.Where(t => float.IsFinite(float.Parse(t, CultureInfo.InvariantCulture))).ToArray();
        var request = new InferRequest();
        Assert.Null(Read(Request("FP32", singles.Length, string.Join(", ", singles)), "FP32", request));
        for (var i = 0; i < singles.Length; i++)
            Assert.True(BitConverter.SingleToInt32Bits(Reader(singles[i]).GetSingle()) == BitConverter.ToInt32(request.Inputs[0].Memory, 4 * i), singles[i]);
        Assert.Null(Read(Request("FP64", texts.Length, string.Join(",\n", texts)), "FP64", request));
        for (var i = 0; i < texts.Length; i++)
            Assert.True(BitConverter.DoubleToInt64Bits(Reader(texts[i]).GetDouble()) == BitConverter.ToInt64(request.Inputs[0].Memory, 8 * i), texts[i]);
    }

    private static Utf8JsonReader Reader(string text)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
        reader.Read();
        return reader;
    }

    private static string Request(string datatype, int count, string data) =>
        $$$"""{"inputs":[{"name":"x","datatype":"{{{datatype}}}","shape":[{{{count}}}],"data":[{{{data}}}]}]}""";

    private static RequestFault? Read(string body, string datatype, InferRequest into)
    {
        var model = new ModelSpec("m", "1", [new TensorSpec("x", Datatypes.Of(datatype), [-1])], [new TensorSpec("y", Datatype.Fp32, [-1])]);
        return InferReader.Read(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(body)), null, model, new InferenceLimits(Rows: 10_000_000), into);
    }
}
