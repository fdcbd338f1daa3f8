namespace ModelHub.Onnx.Files;

/// <summary>A pair of texts, as used for metadata and external data.</summary>
internal static class Entry
{
    public static (string Key, string Value) Read(ProtobufReader entry, int keyLimit, int valueLimit)
    {
        var (key, value) = ("", "");
        while (entry.Next())
        {
            if (entry.Field == Metadata.Key)
                key = entry.Text(keyLimit);
            else if (entry.Field == Metadata.Value)
                value = entry.Text(valueLimit);
            else
                entry.Skip();
        }
        return (key, value);
    }
}
