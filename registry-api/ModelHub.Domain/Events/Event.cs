using System.Text.Json.Serialization;

namespace ModelHub.Domain.Events;

/// <summary>One change, in the past tense. The properties of a derived record are the event's data; its type name is stable for ever.</summary>
/// <param name="Type">Lower-case, dotted: <c>version.promoted</c>.</param>
/// <param name="Subject">What it is about, see <see cref="Subjects"/>.</param>
public abstract record Event(
    [property: JsonIgnore] string Type,
    [property: JsonIgnore] string Subject);
