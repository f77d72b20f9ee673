"""A Rasa project that calls functions of the client's: by name, and as its client_tools.yml says."""

FILES = {
    "config.yml": """recipe: default.v1
assistant_id: tools
language: en
pipeline:
- name: RegexEntityExtractor
- name: KeywordIntentClassifier
policies:
- name: RulePolicy
""",
    "domain.yml": """version: "3.1"
intents: [order, joke, book, inform, comfort, greet]
entities: [order_number, city, guests]
slots:
  order_number: {type: text, influence_conversation: false, mappings: [{type: from_entity, entity: order_number}]}
  order_state: {type: text, influence_conversation: false, mappings: [{type: custom}]}
  city: {type: text, influence_conversation: false, mappings: [{type: from_entity, entity: city}]}
  booking: {type: text, influence_conversation: false, mappings: [{type: custom}]}
  late: {type: bool, influence_conversation: true, mappings: [{type: custom}]}
forms:
  book_form:
    required_slots: [city]
responses:
  utter_greet: [{text: "Hello."}]
  utter_order: [{text: "Order {order_number} is {order_state}."}]
  utter_joke: [{text: "A joke: {joke}"}]
  utter_ask_city: [{text: "In which city?"}]
  utter_reference: [{text: "Your reference is {booking}, for {guests} guests."}]
  utter_booked: [{text: "Goodbye until then."}]
  utter_look: [{text: "I look."}]
  utter_comfy: [{text: "Comfortable."}]
  utter_default: [{text: "Pardon?"}]
actions: [action_get_order, action_lamp, action_fan]
""",
    "data/nlu.yml": """version: "3.1"
nlu:
- {regex: order_number, examples: "- [0-9]{5}"}
- {intent: order, examples: "- order"}
- {intent: joke, examples: "- joke"}
- {intent: book, examples: "- book"}
- intent: inform
  examples: |
    - inform
    - the number [48213](order_number)
- {intent: comfort, examples: "- comfort"}
- {intent: greet, examples: "- greet"}
""",
    "data/rules.yml": """version: "3.1"
rules:
- rule: greet
  steps: [{intent: greet}, {action: utter_greet}]
- rule: order
  steps: [{intent: order}, {action: utter_look}, {action: action_get_order}, {action: utter_order}]
- rule: comfort
  steps: [{intent: comfort}, {action: action_lamp}, {action: action_fan}, {action: utter_comfy}]
- rule: book
  steps: [{intent: book}, {action: book_form}, {active_loop: book_form}]
- rule: booked
  condition: [{active_loop: book_form}]
  steps:
  - action: book_form
  - active_loop: null
  - slot_was_set: [{requested_slot: null}]
  - action: utter_booked
""",
    "client_tools.yml": """version: "1"
tools:
  tell_joke:
    intent: joke
    arguments: {kind: {value: short}}
    says: utter_joke
  book_table:
    form: book_form
    arguments:
      city: city
      guests: {entity: guests}
    sets: {booking: reference.id}
    says: utter_reference
  set_lamp: {action: action_lamp, arguments: {on: {value: "yes"}}, sets: {}}
  set_fan: {action: action_fan, arguments: {}, sets: {}}
""",
    "actions/__init__.py": """
from rasa_sdk import Action


class GetOrder(Action):
    def name(self):
        return "action_get_order"

    def run(self, dispatcher, tracker, domain):
        return [{"event": "slot", "name": "order_state", "value": "known here"}]
""",
}
