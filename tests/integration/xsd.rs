//! XML against an XML Schema: as much of the language as the schemas in `fixtures/schemas` use.
//! What is not understood of a schema panics, so that none of it is passed over.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use regex::Regex;

/// An element of well-formed XML.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Element>,
    text: String,
}

impl Element {
    pub(crate) fn parse(text: &str) -> Self {
        let mut reader = Reader::from_str(text);
        let mut open = vec![Self::default()];
        loop {
            let event = reader.read_event().unwrap();
            match &event {
                Event::Start(tag) => open.push(Self::of(tag)),
                Event::Empty(tag) => open.last_mut().unwrap().children.push(Self::of(tag)),
                Event::End(_) => {
                    let element = open.pop().unwrap();
                    open.last_mut().unwrap().children.push(element);
                }
                Event::Text(words) => {
                    let words: &str = words.as_ref();
                    open.last_mut().unwrap().text += words;
                }
                Event::GeneralRef(_) | Event::CData(_) => open.last_mut().unwrap().text += "&",
                Event::Eof => break,
                _ => {}
            }
        }
        let [document] = &mut open[..] else {
            panic!("{open:?} is not closed");
        };
        assert!(document.text.trim().is_empty(), "{:?}", document.text);
        assert_eq!(document.children.len(), 1, "there is one root");
        document.children.remove(0)
    }

    fn of(tag: &BytesStart<'_>) -> Self {
        let attributes = tag.attributes().map(|attribute| {
            // Repeated attributes are an error here.
            let attribute = attribute.unwrap();
            let value = quick_xml::escape::unescape(&attribute.value).unwrap();
            (String::from(attribute.key.as_ref()), value.into_owned())
        });
        Self {
            name: tag.name().as_ref().to_owned(),
            attributes: attributes.collect(),
            ..Self::default()
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut all = self.attributes.iter();
        all.find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The elements within it of a name, however deep.
    pub(crate) fn all(&self, name: &str) -> Vec<&Self> {
        let mut found: Vec<_> = self.children.iter().filter(|c| c.name == name).collect();
        found.extend(self.children.iter().flat_map(|child| child.all(name)));
        found
    }

    fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }
}

/// A schema of `fixtures/schemas`.
pub(crate) struct Schema {
    root: Element,
}

impl Schema {
    pub(crate) fn read(name: &str) -> Self {
        let text = std::fs::read_to_string(format!("fixtures/schemas/{name}.xsd")).unwrap();
        let root = Element::parse(&text);
        assert_eq!(root.name, "xs:schema");
        Self { root }
    }

    /// What is wrong with an element and all within it; the first element declared is the root.
    pub(crate) fn mistakes(&self, element: &Element) -> Vec<String> {
        let mut mistakes = Vec::new();
        let root = self.root.child("xs:element").unwrap();
        match root.get("name") == Some(element.name.as_str()) {
            true => self.element(root, element, &mut mistakes),
            false => mistakes.push(format!("<{}> is no root", element.name)),
        }
        mistakes
    }

    fn global(&self, kind: &str, name: &str) -> &Element {
        let mut all = self.root.children.iter();
        all.find(|declared| declared.name == kind && declared.get("name") == Some(name))
            .unwrap_or_else(|| panic!("the schema has no {kind} {name}"))
    }

    fn element(&self, declared: &Element, element: &Element, mistakes: &mut Vec<String>) {
        if let Some(name) = declared.get("type") {
            if !element.attributes.is_empty() || !element.children.is_empty() {
                mistakes.push(format!("<{}> has more than text", element.name));
            }
            mistakes.extend(self.value(name, &element.text));
            return;
        }
        let complex = declared.child("xs:complexType").unwrap();
        if complex.get("mixed") != Some("true") && !element.text.trim().is_empty() {
            mistakes.push(format!("text in <{}>: {:?}", element.name, element.text));
        }
        self.attributes(complex, element, mistakes);
        let mut inner = Vec::new();
        let mut content = String::new();
        for part in &complex.children {
            match part.name.as_str() {
                "xs:attribute" => {}
                _ => content += &self.content(part, &mut inner),
            }
        }
        let names = element.children.iter().map(|c| format!("{};", c.name));
        let names = names.collect::<String>();
        if !Regex::new(&format!("^(?:{content})$"))
            .unwrap()
            .is_match(&names)
        {
            mistakes.push(format!("<{}> holds {names}", element.name));
        }
        for child in &element.children {
            if let Some((_, declared)) = inner.iter().find(|(name, _)| *name == child.name) {
                self.element(declared, child, mistakes);
            }
        }
    }

    fn attributes(&self, complex: &Element, element: &Element, mistakes: &mut Vec<String>) {
        let declared: Vec<_> = complex
            .children
            .iter()
            .filter(|part| part.name == "xs:attribute")
            .map(|attribute| (attribute.get("name").unwrap(), attribute))
            .collect();
        for (name, attribute) in &declared {
            if attribute.get("use") == Some("required") && element.get(name).is_none() {
                mistakes.push(format!("<{}> has no {name}", element.name));
            }
        }
        for (name, value) in &element.attributes {
            match declared.iter().find(|(known, _)| known == name) {
                Some((_, attribute)) => {
                    let mistake = self.value(attribute.get("type").unwrap(), value);
                    mistakes.extend(mistake.map(|mistake| format!("{name}: {mistake}")));
                }
                None => mistakes.push(format!("<{}> has {name}", element.name)),
            }
        }
    }

    /// What may stand in an element as an expression over the names in it, each with `;` behind, and
    /// the declarations of these names.
    fn content<'s>(&'s self, part: &'s Element, inner: &mut Vec<(&'s str, &'s Element)>) -> String {
        let parts = |inner: &mut Vec<_>| -> Vec<String> {
            let parts = part.children.iter();
            parts.map(|part| self.content(part, inner)).collect()
        };
        let one = match part.name.as_str() {
            "xs:sequence" => parts(inner).concat(),
            "xs:choice" => parts(inner).join("|"),
            "xs:element" => {
                let declared = match part.get("ref") {
                    Some(name) => self.global("xs:element", name),
                    None => part,
                };
                let name = declared.get("name").unwrap();
                inner.push((name, declared));
                regex::escape(&format!("{name};"))
            }
            other => panic!("{other} is not understood"),
        };
        let least = part.get("minOccurs").unwrap_or("1");
        let most = match part.get("maxOccurs") {
            Some("unbounded") => "",
            most => most.unwrap_or("1"),
        };
        format!("(?:{one}){{{least},{most}}}")
    }

    /// What is wrong with a value of a simple type.
    fn value(&self, kind: &str, value: &str) -> Option<String> {
        let fits = |expression| Regex::new(expression).unwrap().is_match(value.trim());
        let is_right = match kind {
            "xs:string" => true,
            "xs:decimal" => fits(r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$"),
            "xs:nonNegativeInteger" => fits(r"^(\+?[0-9]+|-0+)$"),
            "xs:positiveInteger" => fits(r"^\+?0*[1-9][0-9]*$"),
            known if known.starts_with("xs:") => panic!("{known} is not understood"),
            own => return self.restricted(self.global("xs:simpleType", own), value),
        };
        (!is_right).then(|| format!("{value:?} is no {kind}"))
    }

    fn restricted(&self, own: &Element, value: &str) -> Option<String> {
        let restriction = own.child("xs:restriction").unwrap();
        let base = self.value(restriction.get("base").unwrap(), value);
        let of = |facet: &Element| facet.get("value").unwrap().to_owned();
        let mut allowed: Vec<String> = Vec::new();
        let mut is_right = true;
        for facet in &restriction.children {
            match facet.name.as_str() {
                "xs:enumeration" => allowed.push(of(facet)),
                "xs:minLength" => is_right &= value.chars().count() >= of(facet).parse().unwrap(),
                "xs:minInclusive" => {
                    let least: f64 = of(facet).parse().unwrap();
                    is_right &= value.trim().parse().is_ok_and(|value: f64| value >= least);
                }
                "xs:pattern" => {
                    let whole = Regex::new(&format!("^(?:{})$", of(facet))).unwrap();
                    is_right &= whole.is_match(value);
                }
                other => panic!("{other} is not understood"),
            }
        }
        is_right &= allowed.is_empty() || allowed.iter().any(|allowed| allowed == value);
        base.or_else(|| (!is_right).then(|| format!("{value:?} is no {:?}", own.get("name"))))
    }
}

/// The schemas refuse what readers would: without this they could allow anything.
#[test]
fn schemas_refuse_what_is_wrong() {
    let suite = |inner: &str| {
        format!(
            "<testsuites><testsuite name='a' tests='1' failures='0' errors='0'>{inner}</testsuite></testsuites>"
        )
    };
    let case = |inner: &str| suite(&format!("<testcase name='a'>{inner}</testcase>"));
    let error = |attributes: &str| {
        format!("<checkstyle><file name='a'><error {attributes}/></file></checkstyle>")
    };
    let cases: &[(&str, String, &str)] = &[
        (
            "junit",
            suite("<properties/><testcase name='a' time='0.25'/><system-out>x</system-out>"),
            "",
        ),
        (
            "junit",
            case("<failure message='m' type='t'>x</failure>"),
            "",
        ),
        ("junit", "<testsuites tests='1' time='12'/>".to_owned(), ""),
        ("junit", "<testsuite/>".to_owned(), "<testsuite> is no root"),
        (
            "junit",
            "<testsuites tests='-1'/>".to_owned(),
            "tests: \"-1\" is no xs:nonNegativeInteger",
        ),
        (
            "junit",
            "<testsuites tests='1.0'/>".to_owned(),
            "tests: \"1.0\" is no xs:nonNegativeInteger",
        ),
        (
            "junit",
            "<testsuites time='1,5'/>".to_owned(),
            "time: \"1,5\" is no xs:decimal",
        ),
        (
            "junit",
            "<testsuites time='-1'/>".to_owned(),
            "time: \"-1\" is no Some(\"seconds\")",
        ),
        (
            "junit",
            "<testsuites>x</testsuites>".to_owned(),
            "text in <testsuites>: \"x\"",
        ),
        (
            "junit",
            suite("<testcase name=''/>"),
            "name: \"\" is no Some(\"name\")",
        ),
        ("junit", suite("<testcase/>"), "<testcase> has no name"),
        (
            "junit",
            suite("<testcase name='a' line='1'/>"),
            "<testcase> has line",
        ),
        (
            "junit",
            suite("<testcase name='a'/><properties/>"),
            "<testsuite> holds testcase;properties;",
        ),
        (
            "junit",
            case("<testcase name='a'/>"),
            "<testcase> holds testcase;",
        ),
        (
            "junit",
            case("<skipped/><failure type='t'/>"),
            "<testcase> holds skipped;failure;",
        ),
        ("junit", case("<failure/>"), "<failure> has no type"),
        (
            "checkstyle",
            error("line='0' severity='info' message='' source='a'"),
            "",
        ),
        (
            "checkstyle",
            error("line='1' severity='fatal' message='' source='a'"),
            "severity: \"fatal\" is no Some(\"severity\")",
        ),
        (
            "checkstyle",
            error("line='1' column='0' severity='info' message='' source='a'"),
            "column: \"0\" is no xs:positiveInteger",
        ),
        (
            "checkstyle",
            error("severity='info' message='' source='a'"),
            "<error> has no line",
        ),
        (
            "checkstyle",
            "<checkstyle version='a'/>".to_owned(),
            "version: \"a\" is no Some(\"version\")",
        ),
        (
            "checkstyle",
            "<checkstyle><error/></checkstyle>".to_owned(),
            "<checkstyle> holds error;",
        ),
    ];
    for (schema, text, expected) in cases {
        let mistakes = Schema::read(schema).mistakes(&Element::parse(text));
        assert_eq!(mistakes.join("; "), *expected, "{text}");
    }
}
