using System.Globalization;
using System.Text;
using System.Text.Json;
using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Types;
using Xunit;

namespace ModelHub.Tests.GraphQL;

public sealed class WriterTests
{
    [Fact]
    public void A_float_is_written_with_the_fewest_digits_that_read_back_as_it()
    {
        var random = new Random(7);
        var values = Enumerable.Range(0, 20_000).Select(_ => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue))).Where(double.IsFinite)
            .Concat(Enumerable.Range(0, 20_000).Select(i => (random.Next(2) * 2 - 1) * random.NextInt64(1_000_000_000_000_000) / Math.Pow(10, i % 9)))
            .Concat([0, -0.0, 0.1, 0.125, 0.3, 1e-6, 5e-7, 0.0000015, 999_999_999.999999, 1e9, 1e15, 1e21, double.Epsilon, double.MaxValue, 0.1 + 0.2]);

        Assert.All(values, value =>
        {
            var text = Write(w => w.Number(value));
            Assert.Equal(BitConverter.DoubleToInt64Bits(value), BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture)));
            Assert.Equal(Digits(value.ToString("R", CultureInfo.InvariantCulture)), Digits(text));
            using var _ = JsonDocument.Parse(text);
        });
    }

    [Fact]
    public void Text_reads_back_as_it_was()
    {
        var random = new Random(11);
        char[] alphabet = ['a', 'Z', ' ', '"', '\\', '/', '\n', '\0', '\u007f', 'ü', '€', '\u2028', '\ufffd', '<', '\''];
        var values = Enumerable.Range(0, 3_000).Select(i => new string([.. Enumerable.Range(0, i % 70).Select(_ => alphabet[random.Next(i % 2 == 0 ? 3 : alphabet.Length)])]) + (i % 5 == 0 ? "😀" : ""));

        Assert.All(values, value => Assert.Equal(value, JsonDocument.Parse(Write(w => w.String(value))).RootElement.GetString()));
    }

    [Theory]
    [InlineData("2026-11-20T12:00:00Z", "2026-11-20T12:00:00Z")]
    [InlineData("2026-11-20T12:00:00.5+02:00", "2026-11-20T10:00:00.5Z")]
    [InlineData("0001-01-01T00:00:00.0000001Z", "0001-01-01T00:00:00.0000001Z")]
    public void A_time_is_written_in_utc_with_the_fraction_it_has(string time, string written) =>
        Assert.Equal($"\"{written}\"", Write(w => w.Time(DateTimeOffset.Parse(time, CultureInfo.InvariantCulture))));

    [Fact]
    public void An_enum_is_written_by_its_name_and_a_number_without_one_is_refused()
    {
        var definition = new EnumDef("Level", typeof(Level));
        definition.Values.AddRange([new EnumValueDef("LOW", Level.Low), new EnumValueDef("HIGH", Level.High), new EnumValueDef("UNKNOWN", Level.Unknown)]);
        var texts = new EnumTexts(definition);

        Assert.Equal("\"LOW\"\"HIGH\"\"UNKNOWN\"\"LOW\"", Write(w =>
        {
            foreach (var level in (Level[])[Level.Low, Level.High, Level.Unknown, Level.Low])
                texts.Write(w, (long)level);
        }));
        Assert.Throws<LeafException>(() => Write(w => texts.Write(w, 2)));
        Assert.Throws<LeafException>(() => Write(w => texts.Write(w, 7_000)));
    }

    [Fact]
    public void An_answer_beyond_the_limit_is_refused_however_it_grows()
    {
        using var writer = new ResponseWriter(1_000);

        Assert.Throws<ResponseTooLargeException>(() =>
        {
            for (var i = 0; i < 10; i++)
                writer.String(new string('x', 300));
        });
        Assert.Throws<ResponseTooLargeException>(() => writer.Json(Enumerable.Range(0, 100_000).ToArray(), typeof(int[])));
    }

    private static string Write(Action<ResponseWriter> write)
    {
        using var writer = new ResponseWriter(1 << 20);
        write(writer);
        return Encoding.UTF8.GetString(writer.Written.Span);
    }

    /// <summary>The digits that carry the value: without sign, point, exponent, and zeros at either end.</summary>
    private static string Digits(string number) => number.Split('E')[0].Replace(".", "", StringComparison.Ordinal).Trim('-', '0');

    private enum Level
    {
        Unknown = -1,
        Low = 0,
        High = 5_000,
    }
}
